export { callControl, type ControlAnswer } from './control.ts'
export { type Program, programArguments } from './gateway-process.ts'
export { type AuditLine, type GatewayForge, type GatewayOptions, startTestGateway, type TestGateway } from './test-gateway.ts'
