import Contracts
import Fetching
import Foundation
import JSON
import Processing
import Time

/// One dataset, tried on one work item. It touches no store.
struct Trial {
  /// The stage whose result is shown.
  enum Stage: String, CaseIterable {
    /// The bodies: addresses, sizes, beginnings.
    case extract
    /// The parser's reading of each body, in its format's own terms.
    case parse
    /// The records, as the document would have them.
    case transform
  }

  /// The result of a stage.
  struct Result {
    /// The members of the printed object, or the one value.
    var output: TrialOutput
    /// The values that the stages before the last one show, one for each body.
    var bodies: [JSONValue] = []
    var pages = 0
    var records = 0
    var rejected = 0
    var warnings: [String] = []
    /// The time at which the source was read; nil before that.
    var readAt: Date?
  }

  let dataset: Dataset
  let reader: any BodyReader
  let parser: any Parser
  let transforms: [any Transform]
  /// The number of records after which nothing more is read; nil for all.
  let limit: Int?
  /// The records of an item that a run loads.
  var maximumRecords = Limits.maximumItemRecords

  /// - Parameter now: the time at which the source was read, if a limit ends reading.
  /// - Throws: as `ProcessedExtractor.extract`.
  func run(
    _ item: WorkItem, to stage: Stage, via fetcher: any PageFetcher, deadline: Deadline, now: Date = SystemTime().now
  ) throws(PipelineError) -> Result {
    var all = Records()
    var segments = TrialSegments()
    var result = Result(output: .value(.null))
    /// Set when the limit is reached, which ends reading as an error of the page does.
    var isEnough = false
    var read = BodiesRead(pagesRead: 0, readAt: now, isComplete: false)
    do throws(PipelineError) {
      read = try reader.read(item, via: fetcher, deadline: deadline) { (body) throws(PipelineError) in
        if body.segment == 1 { result.pages += 1 }
        // As a run does, which has more records than a parser takes at once.
        let isStreamed = stage == .transform ? body.isStreamed : !body.isWhole
        let facts =
          isStreamed
          ? try segments.use(body, stage, of: item, self, &all, &result)
          : try use(body, stage, &all, &result)
        isEnough = limit.map { all.records.count >= $0 } ?? false
        guard !isEnough else { throw PipelineError(.invalidInput, TrialSegments.enough) }
        return facts
      }
    } catch {
      guard isEnough || error.message == TrialSegments.enough else { throw error }
    }
    do throws(PipelineError) { try check(all, of: item) } catch {
      // Earlier stages show what there is.
      guard stage != .transform else { throw error }
      result.warnings.append(error.message)
    }
    if let limit { all.records = Array(all.records.prefix(limit)) }
    var warnings = read.warnings + all.warnings
    if stage == .transform {
      let context = TransformContext(dataset: dataset, item: item, readAt: read.readAt)
      for transform in transforms {
        all.warnings = []
        all = try transform.apply(all, context)
        warnings += all.warnings
      }
      result.output = .records(all.records.map { .object($0.documentFields) }, rejected: all.rejected)
    } else {
      let bodies = result.bodies
      result.output = .value(bodies.count == 1 && stage == .parse ? bodies[0] : .array(bodies))
    }
    result.readAt = read.readAt
    (result.records, result.rejected) = (all.records.count, all.rejected.count)
    result.warnings += warnings.map(\.description) + read.failedPages.map { "\($0.url): \($0.error)" }
    return result
  }

  /// Parses one body.
  private func use(
    _ body: RawBody, _ stage: Stage, _ all: inout Records, _ result: inout Result
  ) throws(PipelineError) -> BodyFacts {
    switch stage {
    case .extract: result.bodies.append(Self.summary(of: body))
    case .parse: result.bodies.append(try parser.structure(of: body).limited(to: limit))
    case .transform: break
    }
    // The records are counted in each stage: paging depends on them.
    let parsed: Records
    do throws(PipelineError) { parsed = try parser.parse(body) } catch {
      guard stage != .transform else { throw error }
      result.warnings.append(error.message)
      return BodyFacts(recordCount: 0)
    }
    all.records += parsed.records.prefix(body.recordLimit ?? parsed.records.count)
    all.rejected += parsed.rejected
    all.warnings += parsed.warnings
    return BodyFacts(recordCount: parsed.records.count + parsed.rejected.count, document: parsed.document)
  }

  /// Refuses what a run would refuse.
  func check(_ records: Records, of item: WorkItem) throws(PipelineError) {
    let count = records.records.count + records.rejected.count
    guard limit == nil, count > maximumRecords else { return }
    throw PipelineError(
      .sourceChanged,
      "\(item) has more than \(maximumRecords) records, the most that a run loads: divide it into several items, or look at "
        + "the first ones with --limit")
  }

  /// Bytes of a body that its summary shows.
  private static let shownBytes = 1000

  static func summary(of body: RawBody, size: Int? = nil) -> JSONValue {
    [
      "address": .string(body.address), "bytes": .number(JSONNumber(size ?? body.bytes.count)),
      "charset": body.charset.map { .string($0) } ?? .null,
      "begins_with": .string(String(decoding: body.bytes.prefix(shownBytes), as: UTF8.self)),
    ]
  }
}

extension SourceRecord {
  /// The record as the document has it, with its origin.
  fileprivate var documentFields: JSONObject {
    var fields = fields
    fields[LineageField.record] = .string(origin)
    return fields
  }
}

extension JSONValue {
  /// The names of lists that a format's structure may have.
  private static let lists = ["rows", "records", "entries", "items"]

  /// Cuts the lists of a parser's structure.
  func limited(to limit: Int?) -> JSONValue {
    guard let limit, case .object(var object) = self else { return self }
    for name in Self.lists {
      if let elements = object[name]?.array { object[name] = .array(Array(elements.prefix(limit))) }
    }
    return .object(object)
  }
}
