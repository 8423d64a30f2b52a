import Contracts
import FoundationEssentials
import JSON

/// The places of an extract document's records, which are parsed one by one: the document as a whole would take several
/// times its size.
struct RecordList {
  let bytes: [UInt8]
  let records: [Range<Int>]
  /// The number of rows that the scraper rejected.
  let rejected: Int

  private let key: String

  /// - Throws: `StorageCorrupt` for a document without a list of records.
  init(_ document: Data, key: String) throws(PipelineError) {
    self.key = key
    bytes = [UInt8](document)
    var lists: [String: [Range<Int>]] = [:]
    var index = Self.behindSpace(bytes, 0)
    if bytes.byte(at: index) == UInt8(ascii: "[") {
      // The legacy system's documents are bare lists.
      lists["records"] = Self.elements(of: bytes, from: index + 1)
    } else if bytes.byte(at: index) == UInt8(ascii: "{") {
      index += 1
      while let member = Self.member(of: bytes, from: &index) {
        guard member.isList, ["records", "rejected"].contains(member.name) else { continue }
        lists[member.name] = Self.elements(of: bytes, from: member.value + 1)
      }
    }
    guard let records = lists["records"] else {
      throw PipelineError(.storageCorrupt, "\(key) is not an extract document: it has no list of records")
    }
    self.records = records
    rejected = lists["rejected"]?.count ?? 0
  }

  /// - Throws: `StorageCorrupt` for a record that is no JSON.
  func record(_ index: Int) throws(PipelineError) -> JSONValue {
    do throws(JSONError) { return try JSONValue(parsing: bytes[records[index]]) } catch {
      throw PipelineError(
        .storageCorrupt, "\(key) is not an extract document: record \(index) is no JSON: \(error.problem)")
    }
  }

  /// Returns the document with some of its records only.
  func document(keeping kept: [Int32]) -> Data {
    guard let first = records.first, let last = records.last else { return Data(bytes) }
    var document = Data()
    document.reserveCapacity(bytes.count)
    document += bytes[..<first.lowerBound]
    for (place, index) in kept.enumerated() {
      if place > 0 { document.append(UInt8(ascii: ",")) }
      document += bytes[records[Int(index)]]
    }
    document += bytes[last.upperBound...]
    return document
  }

  // MARK: Finding places

  /// Reads a member of the document.
  /// - Parameter index: the place of the member, and then the one behind it.
  /// - Returns: nil behind the last one.
  private static func member(
    of bytes: [UInt8], from index: inout Int
  ) -> (name: String, value: Int, isList: Bool)? {
    let start = behindSpace(bytes, index)
    guard bytes.byte(at: start) == UInt8(ascii: "\""), let nameEnd = end(bytes, start) else { return nil }
    let name = String(decoding: bytes[start + 1..<nameEnd - 1], as: UTF8.self)
    let colon = behindSpace(bytes, nameEnd)
    guard bytes.byte(at: colon) == UInt8(ascii: ":") else { return nil }
    let value = behindSpace(bytes, colon + 1)
    guard let valueEnd = end(bytes, value) else { return nil }
    index = behindComma(bytes, valueEnd)
    return (name, value, bytes[value] == UInt8(ascii: "["))
  }

  /// - Returns: nil for a list that does not end.
  private static func elements(of bytes: [UInt8], from start: Int) -> [Range<Int>]? {
    var elements: [Range<Int>] = []
    var index = behindSpace(bytes, start)
    while let byte = bytes.byte(at: index), byte != UInt8(ascii: "]") {
      guard let end = end(bytes, index), end > index else { return nil }
      elements.append(index..<end)
      let next = behindComma(bytes, end)
      index = behindSpace(bytes, next)
      // A comma stands between two elements, and nowhere else.
      guard (bytes[next - 1] == UInt8(ascii: ",")) != (bytes.byte(at: index) == UInt8(ascii: "]")) else { return nil }
    }
    return index < bytes.count ? elements : nil
  }

  private static func end(_ bytes: [UInt8], _ start: Int) -> Int? {
    var scanner = JSONValueScanner()
    return scanner.end(in: bytes, from: start)
  }

  private static func behindComma(_ bytes: [UInt8], _ start: Int) -> Int {
    let index = behindSpace(bytes, start)
    return bytes.byte(at: index) == UInt8(ascii: ",") ? index + 1 : index
  }

  private static func behindSpace(_ bytes: [UInt8], _ start: Int) -> Int {
    var index = start
    while let byte = bytes.byte(at: index), [0x20, 0x09, 0x0A, 0x0D].contains(byte) { index += 1 }
    return index
  }
}

extension [UInt8] {
  /// Nil behind the end.
  fileprivate func byte(at index: Int) -> UInt8? { index < count ? self[index] : nil }
}
