import Contracts
import Processing
import XML

/// Reads the records of an XML document that comes in segments.
final class XMLStream: RecordStream {
  private let address: String
  private let options: XMLOptions
  private let builder: XMLRecordBuilder
  private let reader: XMLReader
  private var decoder: XMLDecoder

  init(_ head: RawBody, options: XMLOptions, builder: XMLRecordBuilder) throws(PipelineError) {
    address = head.address
    self.options = options
    self.builder = builder
    do { reader = try XMLReader(builder) } catch { throw PipelineError(.sourceChanged, "\(head.address) \(error)") }
    decoder = XMLDecoder(head, named: options.encoding)
  }

  func add(
    _ bytes: [UInt8], isLast: Bool, _ use: (Records) throws(PipelineError) -> Void
  ) throws(PipelineError) {
    // Some bytes at once, so that their records are passed on before there are more.
    var start = 0
    repeat {
      let end = min(start + (1 << 20), bytes.count)
      try add(Array(bytes[start..<end]), isLast: isLast && end == bytes.count)
      let records = builder.takeRecords()
      if !records.isEmpty { try use(Records(records)) }
      start = end
    } while start < bytes.count
  }

  /// Takes the next bytes, and leaves their records to the builder.
  func add(_ bytes: [UInt8], isLast: Bool) throws(PipelineError) {
    let text = try decoder.decode(bytes, isLast: isLast)
    do { try reader.read(text, isLast: isLast) } catch {
      throw PipelineError(.sourceChanged, "\(address) \(error)")
    }
    if isLast { builder.finish() }
    if let problem = builder.problem {
      throw PipelineError(.sourceChanged, "\(address) cannot be read: \(problem)")
    }
    guard isLast else { return }
    let roots = options.records.filter { $0.count > 1 }.map { $0[0] }
    if let root = builder.root, !roots.isEmpty, roots.count == options.records.count, !roots.contains(root) {
      throw PipelineError(
        .sourceChanged,
        "\(address) has the outermost element '\(root.prefix(40))', and its records should be at \(options.places)")
    }
  }
}
