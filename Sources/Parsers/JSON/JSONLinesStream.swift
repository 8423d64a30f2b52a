import Contracts
import JSON
import Processing

/// Reads JSON Lines that come in segments: a JSON text on each line that is not blank. Positions are the lines, from 1.
final class JSONLinesStream: RecordStream {
  /// Records and rejected lines that are passed on at once.
  private static let batch = 1000

  private let head: RawBody
  /// The beginning of a line whose end has not come yet.
  private var rest: [UInt8] = []
  private var number = 0
  private var hasBegun = false
  private var hasRecords = false
  private var firstError: String?
  private var records = Records()

  init(_ head: RawBody) { self.head = head }

  func add(
    _ bytes: [UInt8], isLast: Bool, _ use: (Records) throws(PipelineError) -> Void
  ) throws(PipelineError) {
    let text = rest.isEmpty ? bytes : rest + bytes
    rest = []
    if !hasBegun, text.count >= 4 || isLast {
      try JSONParser.checkEncoding(text, in: head)
      hasBegun = true
    }
    var start = 0
    while start < text.count {
      // Without a line end the line goes on.
      guard let end = text[start...].firstIndex(of: 0x0A) ?? (isLast ? text.count : nil) else { break }
      add(line: text[start..<end])
      start = end + 1
      if records.records.count + records.rejected.count >= Self.batch { try pass(use) }
    }
    try pass(use)
    if start < text.count { rest = Array(text[start...]) }
    guard rest.count <= head.limit.bytes else {
      throw PipelineError(
        .sourceChanged, "line \(number + 1) of \(head.address) \(head.limit.refusal(of: head.limit.bytes))")
    }
    if isLast, let firstError, !hasRecords {
      throw PipelineError(
        .sourceChanged, "\(head.address) is not JSON Lines: \(firstError)\(JSONParser.hint(text, in: head))")
    }
  }

  private func pass(_ use: (Records) throws(PipelineError) -> Void) throws(PipelineError) {
    guard !records.records.isEmpty || !records.rejected.isEmpty else { return }
    var full = Records()
    swap(&full, &records)
    try use(full)
  }

  private func add(line: ArraySlice<UInt8>) {
    number += 1
    guard line.contains(where: { $0 != 0x20 && $0 != 0x09 && $0 != 0x0D }) else { return }
    do {
      let value = try JSONValue(parsing: line)
      if case .object(let fields) = value {
        records.records.append(SourceRecord(fields, origin: "\(head.origin)#\(number)"))
        hasRecords = true
      } else {
        records.rejected.append(
          JSONParser.rejection("line \(number) is \(value.kind), not an object", text: value.text))
      }
    } catch {
      let reason = "line \(number) is not JSON: column \(error.column): \(error.problem)"
      firstError = firstError ?? reason
      records.rejected.append(
        JSONParser.rejection(reason, text: String(decoding: line.prefix(2000), as: UTF8.self)))
    }
  }
}
