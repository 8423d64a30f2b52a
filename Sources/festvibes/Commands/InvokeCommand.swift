import AWS
import ArgumentParser
import Foundation
import Time

struct InvokeCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "invoke", abstract: "Invoke one function with an event, and print its answer.",
    discussion: """
      FUNCTION is a product (DateRangeGenerator, Scraper, Loader, CacheManager), or any function's name or ARN. \
      Exit status: 1 when the function reports an error.
      """)

  @Argument(help: "Which function.")
  var function: String

  @Argument(help: "A file with the event, a JSON document; - reads the standard input.")
  var event: String

  func run() throws {
    let settings = Settings()
    let payload = try Self.readEvent(event)
    let session = try settings.session(for: function)
    let answer = try withReadableErrors(settings.environment) {
      do {
        return try LambdaClient(session).invoke(
          Self.functionName(function), payload: payload, deadline: Deadline(after: .seconds(930), on: SystemTime()))
      } catch let error as AWSError where error.kind == .notFound {
        let known = Self.products.keys.sorted().joined(separator: ", ")
        throw CommandError("there is no function '\(function)'; the pipeline's are \(known)")
      }
    }
    if answer.functionError != nil { throw CommandError(Self.words(forError: answer.payload)) }
    print(JSONText.pretty(answer.payload))
  }

  /// The functions' names on AWS, and locally, by the names of their binaries.
  private static let products = [
    "DateRangeGenerator": "festvibes-date-range-generator", "Scraper": "festvibes-scraper",
    "Loader": "festvibes-loader", "CacheManager": "festvibes-cache-manager",
  ]

  static func functionName(_ given: String) -> String { products[given] ?? given }

  /// - Throws: when it cannot be read, or is no JSON: nothing is sent then.
  static func readEvent(_ path: String) throws -> Data {
    let data: Data
    if path == "-" {
      data = FileHandle.standardInput.readDataToEndOfFile()
    } else {
      do { data = try Data(contentsOf: URL(filePath: path)) } catch {
        throw CommandError("\(path) cannot be read: \((error as NSError).localizedDescription)")
      }
    }
    guard (try? JSONSerialization.jsonObject(with: data, options: .fragmentsAllowed)) != nil else {
      throw CommandError("\(path == "-" ? "the standard input" : path) is not a JSON document")
    }
    return data
  }

  static func words(forError payload: Data) -> String {
    struct Document: Decodable {
      let errorType: String?
      let errorMessage: String?
    }
    guard let document = try? JSONDecoder().decode(Document.self, from: payload), let message = document.errorMessage
    else { return "the function failed: \(TextWidth.cleaned(String(decoding: payload.prefix(2000), as: UTF8.self)))" }
    return "\(document.errorType ?? "unnamed error"): \(TextWidth.cleaned(message))"
  }
}
