import Foundation

/// A reader of untrusted bytes, and the properties that must hold for any input.
public enum FuzzTarget: String, CaseIterable, Sendable {
  /// Listing and detail pages.
  case html
  /// Texts and pages in every encoding.
  case encoding
  /// Bodies with content codings.
  case body
  /// CSV files, with all options.
  case csv
  /// Extract documents, up to the point where the loader uses the database.
  case document
  /// The events of the four functions.
  case events
  /// Header lines and their values, robots.txt, links.
  case headers
  /// Texts that lead to the next request: a path into a document, a template, a Link header.
  case http
  /// Links of a page, and its base.
  case address
  /// Records of a source, on their way through the section `normalize`.
  case normalize
  case warc
  case redis
  /// The XML in AWS's responses: S3's listings and errors.
  case xml
  /// Extract documents for a declared table, up to the point where the loader uses the database.
  case table
  /// Datasets' definitions: YAML, and the forms that check it.
  case definition
  /// JSON documents and lines, and paths in them.
  case json
  /// Values on their way to libjq and back, and the tokens of filters.
  case jq
  /// Records of XML documents.
  case xmlRecords
  /// Entries of feeds.
  case feed
  /// Posts of WordPress with workouts, and the content of one.
  case wod
  /// Texts for the embedding model.
  case words
  /// Tables of the Census geocoder.
  case censusRows
  /// Workbooks of Excel 97 to 2003: OLE2 files, and the records in them.
  case xls
  /// Workbooks of Excel 2007 and later: ZIP archives, and the XML in them.
  case xlsx
  /// Points of time series in workbooks.
  case series

  /// A property that an input violates. The fuzzer and the sanitizers find crashes, hangs and memory errors.
  public struct Violation: Error, CustomStringConvertible {
    public let description: String
  }

  /// Passes an input to the reader.
  /// - Throws: `Violation`.
  public func read(_ input: Data) throws {
    switch self {
    case .html: try HTMLTarget.shared.read(input)
    case .encoding: try EncodingTarget.read(input)
    case .csv: try CSVTarget.read(input)
    case .body: try BodyTarget.read(input)
    case .document: try DocumentTarget.shared.read(input)
    case .events: try EventTarget.shared.read(input)
    case .headers: try HeaderTarget.read(input)
    case .http: try HTTPTarget.read(input)
    case .address: try AddressTarget.read(input)
    case .normalize: try NormalizeTarget.shared.read(input)
    case .warc: try WARCTarget.read(input)
    case .redis: try RedisTarget.read(input)
    case .xml: try XMLTarget.read(input)
    case .table: try TableTarget.shared.read(input)
    case .definition: try DefinitionTarget.read(input)
    case .json: try JSONTarget.read(input)
    case .jq: try JQTarget.read(input)
    case .xmlRecords: try XMLRecordsTarget.read(input)
    case .feed: try FeedTarget.read(input)
    case .wod: try WODTarget.read(input)
    case .words: try WordsTarget.read(input)
    case .censusRows: try CensusRowsTarget.read(input)
    case .xls: try XLSTarget.read(input)
    case .xlsx: try XLSXTarget.read(input)
    case .series: try SeriesTarget.read(input)
    }
  }
}

/// Throws a `Violation` if the property does not hold.
func require(_ holds: Bool, _ description: @autoclosure () -> String) throws {
  if !holds { throw FuzzTarget.Violation(description: description()) }
}
