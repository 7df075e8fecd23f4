export { type NaiveGateway, type NaiveGatewayOptions, startNaiveGateway } from './naive-gateway.ts'
