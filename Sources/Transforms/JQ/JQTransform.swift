import Contracts
import Definitions
import JQ
import JSON
import Processing

/// Changes each record by a filter of jq; the plugin `jq`.
public final class JQTransform: Transform {
  /// Characters of jq's message in a reason.
  private static let maximumMessage = 300
  /// Records that are handed to the filter at once, so that few are in memory in two forms.
  private static let batch = 500

  private let filter: JQFilter

  /// - Parameters:
  ///   - section: a section of the definition's `transform`, checked against `form`.
  ///   - filters: the dataset's filters, to which this one is added. They are compiled when the first record comes.
  public init(section: Section, filters: JQFilters) throws(PipelineError) {
    do {
      filter = try filters.add(section.text("filter") ?? "", at: "\(section.place).filter")
    } catch {
      throw PipelineError(.configurationInvalid, "\(error)")
    }
  }

  /// Applies the filter. One output is the record, several are several records, of which the origins get a number:
  /// `ID#17.0`. A record without an output is dropped, and a warning counts such records. One for which the filter fails, or
  /// has an output that is no object, is rejected.
  /// - Throws: `ConfigurationInvalid` if the filters cannot be compiled, and if the filter had to be stopped three times.
  public func apply(_ records: Records, _ context: TransformContext) throws(PipelineError) -> Records {
    var result = Records(rejected: records.rejected, document: records.document)
    result.warnings = records.warnings
    result.records.reserveCapacity(records.records.count)
    var dropped = 0
    for start in stride(from: 0, to: records.records.count, by: Self.batch) {
      let part = records.records[start..<min(start + Self.batch, records.records.count)]
      for (record, outcome) in zip(part, try outcomes(of: part)) {
        if let reason = Self.problem(of: outcome) {
          // The place is no key: a sink would take the record's own row for one that has vanished.
          let place = record.origin.lastIndex(of: "#").map { String(record.origin[$0...]) } ?? ""
          let text = String(JSONValue.object(record.fields).text.prefix(2000))
          result.rejected.append(RejectedRow(RowProblem(reason: reason, href: place), text: text))
        } else if outcome.outputs.isEmpty {
          dropped += 1
          context.memory.noteDropped(record.origin)
        } else {
          result.records += Self.records(outcome.outputs, origin: record.origin)
        }
      }
    }
    if let warning = context.memory.dropped(dropped, of: records.records.count, by: self) {
      result.warnings.append(warning)
    }
    return result
  }

  private func outcomes(of records: ArraySlice<SourceRecord>) throws(PipelineError) -> [JQOutcome] {
    do {
      return try filter.outcomes(of: records.map { .object($0.fields) })
    } catch {
      throw PipelineError(.configurationInvalid, "\(error)")
    }
  }

  private static func problem(of outcome: JQOutcome) -> String? {
    if let problem = outcome.problem {
      // The message may quote the record.
      let line = problem.split(whereSeparator: \.isNewline).joined(separator: " ")
      return "jq: \(line.count > maximumMessage ? line.prefix(maximumMessage) + "…" : line)"
    }
    return outcome.outputs.first { $0.object == nil }.map { "jq: an output of the filter is \($0.kind), not an object" }
  }

  private static func records(_ outputs: [JSONValue], origin: String) -> [SourceRecord] {
    outputs.enumerated().compactMap { index, output in
      output.object.map { SourceRecord($0, origin: outputs.count == 1 ? origin : "\(origin).\(index)") }
    }
  }
}
