import Contracts
import HTTP
import JSON

/// Facts of a page on which the next one depends.
struct PageFacts {
  /// The page's own address, without secrets, for messages and for links relative to it.
  let address: String
  let headers: HTTPHeaders
  /// Records and rejected parts.
  let recordCount: Int
  /// The page's document; nil for a format without one.
  let document: JSONValue?

  /// Returns the value that a selector finds, the first of several; null if there is none, also where the document has
  /// another shape: what a page does not say, another sign of the last page may.
  /// - Throws: `ConfigurationInvalid` if the parser makes no document.
  func value(_ selector: JSONSelector) throws(PipelineError) -> JSONValue {
    guard let document else {
      throw PipelineError(
        .configurationInvalid,
        "extract.paginate names \(selector), but the parser of this dataset makes no document in which it could be"
      )
    }
    return (try? selector.first(in: document)) ?? .null
  }

  /// Returns a count that a selector finds; nil for null.
  /// - Throws: `SourceChanged` for another value.
  func count(_ selector: JSONSelector) throws(PipelineError) -> Int? {
    switch try value(selector) {
    case .null: return nil
    case .number(let number): if let count = Self.count(number) { return count }
    case .string(let text): if let number = JSONNumber(text), let count = Self.count(number) { return count }
    default: break
    }
    throw PipelineError(
      .sourceChanged, "\(selector) of \(address) is no number of pages or records: correct extract.paginate")
  }

  /// Returns the count in a header; nil if the response does not have it.
  /// - Throws: `SourceChanged` for a header that is no count.
  func count(header name: String) throws(PipelineError) -> Int? {
    guard let text = headers[name] else { return nil }
    if let number = JSONNumber(text), let count = Self.count(number) { return count }
    throw PipelineError(
      .sourceChanged,
      "the header \(name) of \(address) is '\(text.prefix(40))', no number of pages: correct extract.paginate")
  }

  private static func count(_ number: JSONNumber) -> Int? { Int(exactly: number.double).flatMap { $0 >= 0 ? $0 : nil } }
}

extension JSONValue {
  /// False for null, `false`, zero, and a text that is empty or says one of them.
  var isTrue: Bool {
    switch self {
    case .null: false
    case .bool(let flag): flag
    case .number(let number): number.double != 0
    case .string(let text): !["", "false", "0", "null"].contains(text.lowercased())
    case .array(let elements): !elements.isEmpty
    case .object(let object): !object.isEmpty
    }
  }
}
