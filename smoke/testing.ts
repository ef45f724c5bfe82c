// The public entry `smoketrail/testing`: the contracts of a probe, a send step and a reporter as tests for node:test.

export type { Asked, ProbeBench, TestRecord } from './testing/bench.ts';
export { testContext, testHost } from './testing/host.ts';
export { type ProbeSuite, testProbe } from './testing/probe.ts';
export { recordedRuns } from './testing/recorded-runs.ts';
export { type ReporterSuite, testReporter } from './testing/reporter.ts';
export { type SendBench, type SendSuite, testSend } from './testing/send.ts';
