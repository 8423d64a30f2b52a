import Contracts
import Definitions
import Fetching
import Foundation
import HTTP
import HTTPExtractor
import JSON
import Processing
import ScrapingSupport
import TestSupport
import Testing
import Time

let sourceURL = "https://api.example.org"

/// Reads a section `extract` as a definition has it.
func makeSection(_ yaml: String, variables: [String: String] = [:]) -> (section: Section?, problems: [String]) {
  let text =
    "dataset_id: items\ndata_type: items\ntimezone: America/Chicago\nextract:\n  plugin: http\n"
    + yaml.split(separator: "\n").map { "  \($0)\n" }.joined()
  let (definition, problems) = Definition.read(
    Array(text.utf8), file: "x.yaml", plugins: KnownPlugins(extract: [HTTPReader.form])
  ) { name, _ in variables[name] }
  return (definition?.extract, problems.map(\.description))
}

let itemsDataset = Dataset(
  id: "items", dataType: "items", timeZone: "America/Chicago", extractor: "http", sinks: [])

func makeReader(
  _ yaml: String, variables: [String: String] = [:], time: any TimeSource = ManualTime()
) throws -> HTTPReader {
  let (section, problems) = makeSection(yaml, variables: variables)
  return try HTTPReader(itemsDataset, section: #require(section, "\(problems)"), time: time)
}

func makeItem(_ id: String = "all", date: String? = nil, _ parameters: [String: String] = [:]) throws -> WorkItem {
  try WorkItem(id: id, date: date.flatMap { CalendarDate($0) }, parameters: parameters)
}

/// Parses `[…]`, or `{"data": […]}`; each element is a record.
final class ListParser: Parser {
  func parse(_ body: RawBody) throws(PipelineError) -> Records {
    let document: JSONValue
    do { document = try JSONValue(parsing: body.bytes) } catch {
      throw PipelineError(.sourceChanged, "\(body.address) is no JSON: \(error)")
    }
    let elements = document.array ?? document.object?["data"]?.array ?? []
    let records = elements.enumerated().map { index, element in
      SourceRecord(element.object ?? JSONObject([("value", element)]), origin: "\(body.origin)#\(index)")
    }
    return Records(records, document: document)
  }

  func structure(of body: RawBody) throws(PipelineError) -> JSONValue { .null }
}

/// A source in memory: responses by their addresses behind the host, method and body.
final class FakeAPI: PageFetcher {
  struct Response {
    var status = 200
    var headers: HTTPHeaders = [:]
    var body: String
  }

  private let respond: (FetchRequest, String) -> Result<Response, FetchError>
  private(set) var requests: [FetchRequest] = []
  var targets: [String] { requests.map { String($0.url.dropFirst(sourceURL.count)) } }
  var began: Date? = Date(timeIntervalSince1970: 1_717_182_000)

  init(_ respond: @escaping (_ request: FetchRequest, _ target: String) -> Result<Response, FetchError>) {
    self.respond = respond
  }

  /// Responds with bodies by target, and 404 for others.
  convenience init(_ bodies: [String: String]) {
    self.init { _, target in
      bodies[target].map { .success(Response(body: $0)) } ?? .success(Response(status: 404, body: "no such page"))
    }
  }

  func read(
    _ requests: [FetchRequest], deadline: Deadline, _ use: (_ index: Int, _ page: Page) throws -> Void
  ) -> [(any Error)?] {
    requests.enumerated().map { index, request in
      self.requests.append(request)
      do {
        let response = try respond(request, String(request.url.dropFirst(sourceURL.count))).get()
        let page = Page(
          Data(response.body.utf8), status: response.status, headers: response.headers,
          validated: Date(timeIntervalSince1970: 1_717_182_001), record: "urn:uuid:\(self.requests.count)")
        try use(index, page)
        return nil
      } catch { return error }
    }
  }
}

/// The outcome of reading an item.
struct Reading {
  var records: [String] = []
  var facts: BodiesRead
}

func read(
  _ reader: HTTPReader, _ item: WorkItem, via fetcher: any PageFetcher, deadline: Deadline? = nil
) throws(PipelineError) -> Reading {
  let parser = ListParser()
  var records: [String] = []
  let deadline = deadline ?? Deadline.none(on: SystemTime())
  let facts = try reader.read(item, via: fetcher, deadline: deadline) { (body) throws(PipelineError) in
    let parsed = try parser.parse(body)
    records += parsed.records.prefix(body.recordLimit ?? parsed.records.count).map { JSONValue.object($0.fields).text }
    return BodyFacts(recordCount: parsed.records.count, document: parsed.document)
  }
  return Reading(records: records, facts: facts)
}

/// Returns a list of records `{"n":FIRST}` to `{"n":LAST}`.
func list(_ range: ClosedRange<Int>) -> String { "[\(range.map { "{\"n\":\($0)}" }.joined(separator: ","))]" }
