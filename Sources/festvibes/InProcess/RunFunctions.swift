import Contracts
import EnricherFunction
import LambdaRuntime

/// The functions of a run, as a process calls them that runs the stages itself. Each throws what its handler throws.
protocol RunFunctions: AnyObject {
  func plan(_ request: RunRequest, _ context: LambdaContext) throws -> GeneratorResponse
  func scrape(_ request: ScrapeRequest, _ context: LambdaContext) throws -> FunctionResponse<ScrapeResponse>
  func load(_ request: LoadRequest, _ context: LambdaContext) throws -> LoadResponse
  func record(_ request: LedgerRequest, _ context: LambdaContext) throws -> LedgerResponse
  func cache(_ request: CacheRequest, _ context: LambdaContext) throws -> CacheResponse
  /// - Returns: nil if this process does not enrich the dataset.
  func enrich(_ request: EnrichRequest, _ context: LambdaContext) throws -> EnrichResponse?
}
