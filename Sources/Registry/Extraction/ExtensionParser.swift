import CSVParser
import Contracts
import Definitions
import JQ
import JSON
import JSONParser
import Processing
import XMLParser

/// Hands a file to the parser of its name's ending: for files that people send in whatever format they have. Parsers do not
/// know each other, so it is part of the registry.
final class ExtensionParser: Parser {
  /// The sections of `parse` with `plugin: by_extension`.
  static let form = PluginForm(
    "by_extension", "Files of several formats: the name's ending, .csv, .json, .jsonl or .xml, says which.",
    SectionForm([
      KeyForm("csv", .section(CSVParser.form.section), standard: "its defaults", "The keys of the plugin csv."),
      KeyForm(
        "json", .section(JSONParser.form.section), standard: "its defaults",
        "The keys of the plugin json; .jsonl files are JSON Lines."),
      KeyForm("xml", .section(XMLParser.form.section), standard: "its defaults", "The keys of the plugin xml."),
    ]))

  private let parsers: [(ending: String, parser: any Parser)]

  init(section: Section, filters: JQFilters) throws(PipelineError) {
    func keys(_ name: String) -> Section { section.section(name) ?? Section(place: section.place) }
    let lines = Section(values: [("lines", .scalar("true"))], place: section.place)
    parsers = [
      ("csv", try CSVParser(section: keys("csv"))), ("json", try JSONParser(section: keys("json"), filters: filters)),
      ("jsonl", try JSONParser(section: lines, filters: filters)), ("xml", try XMLParser(section: keys("xml"))),
    ]
  }

  /// - Throws: `SourceChanged` for a file with another ending, and what its parser throws.
  func parse(_ body: RawBody) throws(PipelineError) -> Records {
    var records = try parser(of: body).parse(body)
    RowNumbers().add(to: &records)
    return records
  }

  func structure(of body: RawBody) throws(PipelineError) -> JSONValue { try parser(of: body).structure(of: body) }

  func stream(_ head: RawBody) throws(PipelineError) -> any RecordStream {
    NumberedStream(try parser(of: head).stream(head))
  }

  private func parser(of body: RawBody) throws(PipelineError) -> any Parser {
    // What is behind the path of a web address is no part of a file's name.
    let name = body.address.prefix { $0 != "?" && $0 != "#" }.lowercased()
    if let found = parsers.first(where: { name.hasSuffix(".\($0.ending)") }) { return found.parser }
    let endings = parsers.map { ".\($0.ending)" }.joined(separator: ", ")
    throw PipelineError(
      .sourceChanged, "\(body.address) has another ending than \(endings): rename it, or convert it to one of them")
  }
}

/// Gives records without one a `_source_row`, their number in the file from 1, as rows of CSV have their line.
private final class RowNumbers {
  private var count = 0

  func add(to records: inout Records) {
    for index in records.records.indices {
      count += 1
      guard records.records[index].fields[LineageField.sourceRow] == nil else { continue }
      records.records[index].fields[LineageField.sourceRow] = .number(JSONNumber(count))
    }
  }
}

/// A stream whose records are numbered.
private final class NumberedStream: RecordStream {
  private let stream: any RecordStream
  private let numbers = RowNumbers()

  init(_ stream: any RecordStream) { self.stream = stream }

  func add(
    _ bytes: [UInt8], isLast: Bool, _ use: (Records) throws(PipelineError) -> Void
  ) throws(PipelineError) {
    try stream.add(bytes, isLast: isLast) { (records) throws(PipelineError) in
      var numbered = records
      numbers.add(to: &numbered)
      try use(numbered)
    }
  }
}
