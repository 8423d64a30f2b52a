import AWS
import Foundation
import Time

/// Reads the log groups of the deployment's functions.
struct LogReader {
  /// The name of a log group, by the function's product.
  let groups: [String: String]
  /// A function that a person has named must be there, an optional one as well.
  private let isOneNamed: Bool
  private let client: CloudWatchLogsClient
  private let environment: [String: String]

  /// - Parameters:
  ///   - machine: the ARN of the state machine, whose deployment's functions are read.
  ///   - product: only this function; nil for all.
  /// - Throws: `CommandError` for a function that the pipeline does not have.
  init(_ settings: Settings, machine: String, product: String?) throws {
    let products = InvokeCommand.products.keys.filter { product == nil || $0.lowercased() == product?.lowercased() }
    guard !products.isEmpty else {
      let known = InvokeCommand.products.keys.sorted().joined(separator: ", ")
      throw CommandError("there is no function '\(product ?? "")'; the pipeline's functions are \(known)")
    }
    groups = Dictionary(
      uniqueKeysWithValues: products.map { ($0, "/aws/lambda/\(InvokeCommand.functionName($0, of: machine))") })
    isOneNamed = product != nil
    client = try CloudWatchLogsClient(settings.session(for: machine))
    environment = settings.environment
  }

  /// Returns all lines that were written in a time, in no order.
  func entries(from start: Date, to end: Date?, deadline: Deadline) throws -> [LogEntry] {
    try groups.flatMap { product, group in
      do {
        return try client.events(
          of: group, from: Self.milliseconds(start), to: end.map(Self.milliseconds), deadline: deadline
        ).map { LogEntry($0, of: product) }
      } catch let error as AWSError where error.kind == .notFound {
        if !isOneNamed, InvokeCommand.optionalProducts.contains(product) { return [] }
        throw CommandError(missing(group, of: product))
      } catch let error as AWSError {
        throw CommandError(error, environment: environment)
      }
    }
  }

  private func missing(_ group: String, of product: String) -> String {
    """
    there is no log group \(group): the function \(product) is not deployed where STATE_MACHINE_ARN says
    \(NextStep.deploying(environment).line)
    """
  }

  private static func milliseconds(_ date: Date) -> Int64 { Int64((date.timeIntervalSince1970 * 1000).rounded(.down)) }
}
