import AWS
import Contracts
import Datasets
import DateRangeGeneratorFunction
import Definitions
import FunctionSupport
import LambdaRuntime
import Settings

@main
struct Main {
  static func main() {
    LambdaRuntime.run(metricsIn: Metrics.pipelineNamespace) { environment in
      let log = { (warning: String) in Logger(environment: environment).warn(warning) }
      let configuration = { Configuration.ofFunction(environment, warn: log) }
      // It reads the plan only, and knows no plugin.
      let catalog = DatasetCatalog(
        DatasetFolder(from: environment), plugins: KnownPlugins(), configuration: configuration)
      let handler = DateRangeGeneratorHandler(
        definition: { (id, job) throws(PipelineError) in
          let definition = try catalog.definition(id)
          return (definition.dataset, try definition.itemPlan(job: job), definition.needsLedger)
        }, jobs: catalog.jobTypes)
      // Made at the first batch of messages, which a deployment without a queue never has.
      lazy var queue = Self.queue(environment, configuration, handler.check)
      return { (event, context) -> GeneratorOutput<FunctionResponse<GeneratorResponse>> in
        switch event as GeneratorEvent {
        case .plan(let request): .plan(try handler.handle(request, context))
        case .messages(let messages): .messages(queue.handle(messages, context))
        }
      }
    }
  }

  private static func queue(
    _ environment: [String: String], _ configuration: @escaping () -> Configuration,
    _ check: @escaping QueueHandler.Check
  ) -> QueueHandler {
    let catalog = DatasetCatalog(
      DatasetFolder(from: environment), plugins: KnownPlugins(readsTriggers: true), configuration: configuration)
    let starter = RunStarter(stateMachine: environment[EnvironmentVariable.stateMachine.name]) {
      () throws(AWSError) in try StepFunctionsClient(AWSSession(environment: environment))
    }
    return QueueHandler(
      triggered: { (occurrence) throws(PipelineError) in
        TriggeredDatasets(startedBy: occurrence, among: try catalog.ids()) { (id) throws(PipelineError) in
          try catalog.triggers(of: id)
        }
      }, check: check, start: starter.start)
  }
}
