import CJQ
import Glibc
import JSON

/// Converts the values of one input to libjq's and its outputs back.
struct JQCoder {
  /// The depth of an output, which is that of a JSON text.
  private static let maximumDepth = 200

  let library: JQLibrary
  /// Bytes of texts and numbers that may still be handed over.
  private var room: Int
  private var numbers = JQNumbers()
  /// True if a marked number was handed over.
  var hasMarks: Bool { numbers.hasMarks }

  init(_ library: JQLibrary, input: Int) {
    self.library = library
    room = input
  }

  /// - Returns: a value that the caller must free.
  mutating func encode(_ value: JSONValue) throws(JQProblem) -> jv {
    switch value {
    case .null: return library.null()
    case .bool(let flag): return library.bool(flag ? 1 : 0)
    case .number(let number):
      switch numbers.encode(number) {
      case .double(let double): return library.number(double)
      case .text(let text): return try string("\(JQPrelude.mark)\(text)\(JQPrelude.endMark)")
      }
    case .string(let text):
      guard !Self.hasMark(text) else {
        throw JQProblem("a text has the noncharacter U+FDD0 or U+FDD1, with which numbers are marked for jq")
      }
      return try string(text)
    case .array(let elements): return try encode(elements)
    case .object(let object): return try encode(object)
    }
  }

  private mutating func encode(_ elements: [JSONValue]) throws(JQProblem) -> jv {
    var array = library.array(CInt(clamping: max(1, elements.count)))
    do throws(JQProblem) {
      for element in elements { array = library.arrayAppend(array, try encode(element)) }
      return array
    } catch {
      library.free(array)
      throw error
    }
  }

  private mutating func encode(_ members: JSONObject) throws(JQProblem) -> jv {
    var object = library.object()
    do throws(JQProblem) {
      for member in members.members {
        guard !Self.hasMark(member.name) else {
          throw JQProblem("a name has the noncharacter U+FDD0 or U+FDD1, with which numbers are marked for jq")
        }
        let value = try encode(member.value)
        do throws(JQProblem) {
          object = library.objectSet(object, try string(member.name), value)
        } catch {
          library.free(value)
          throw error
        }
      }
      return object
    } catch {
      library.free(object)
      throw error
    }
  }

  private mutating func string(_ text: String) throws(JQProblem) -> jv {
    var text = text
    let library = library
    room -= text.utf8.count + 1
    guard room >= 0, let count = CInt(exactly: text.utf8.count) else {
      throw JQProblem("the input has more text than a filter may be given")
    }
    return text.withUTF8 { utf8 in
      guard let start = utf8.baseAddress else { return library.string("", 0) }
      return start.withMemoryRebound(to: CChar.self, capacity: utf8.count) { library.string($0, count) }
    }
  }

  private static func hasMark(_ text: String) -> Bool {
    // U+FDD0 and U+FDD1 begin with this byte in UTF-8, as few characters do.
    text.hasByte(0xEF) && text.unicodeScalars.contains { $0 == JQPrelude.mark || $0 == JQPrelude.endMark }
  }

  /// Converts an output and frees it.
  func decode(_ value: jv) throws(JQProblem) -> JSONValue {
    defer { library.free(value) }
    return try decode(borrowed: value, depth: 0)
  }

  private func decode(borrowed value: jv, depth: Int) throws(JQProblem) -> JSONValue {
    guard depth <= Self.maximumDepth else {
      throw JQProblem("a result is nested more than \(Self.maximumDepth) deep")
    }
    switch library.kind(value) {
    case JV_KIND_FALSE: return .bool(false)
    case JV_KIND_TRUE: return .bool(true)
    case JV_KIND_NUMBER: return .number(try numbers.decode(library.numberValue(value)))
    case JV_KIND_STRING: return restored(text(borrowed: value))
    case JV_KIND_ARRAY: return .array(try elements(borrowed: value, depth: depth))
    case JV_KIND_OBJECT: return .object(try members(borrowed: value, depth: depth))
    default: return .null
    }
  }

  private func elements(borrowed array: jv, depth: Int) throws(JQProblem) -> [JSONValue] {
    let count = library.arrayLength(library.copy(array))
    var elements: [JSONValue] = []
    elements.reserveCapacity(Int(count))
    for index in 0..<count {
      let element = library.arrayGet(library.copy(array), index)
      defer { library.free(element) }
      elements.append(try decode(borrowed: element, depth: depth + 1))
    }
    return elements
  }

  private func members(borrowed object: jv, depth: Int) throws(JQProblem) -> JSONObject {
    var members: [JSONObject.Member] = []
    var place = library.objectIterate(object)
    while library.objectIsValid(object, place) != 0 {
      let key = library.objectKey(object, place)
      let value = library.objectValue(object, place)
      defer {
        library.free(key)
        library.free(value)
      }
      let name = text(borrowed: key)
      members.append(
        (numbers.hasMarks ? JQMarks.removed(from: name) : name, try decode(borrowed: value, depth: depth + 1)))
      place = library.objectNext(object, place)
    }
    // Two names may differ by marks only.
    return numbers.hasMarks ? JSONObject(members.map { ($0.name, $0.value) }) : JSONObject(unique: members)
  }

  private func restored(_ text: String) -> JSONValue {
    numbers.hasMarks ? JQMarks.restored(text) : .string(text)
  }

  /// The text of a string that stays the caller's.
  func text(borrowed string: jv) -> String {
    let count = Int(library.stringLength(library.copy(string)))
    let start = library.stringValue(string)
    return start.withMemoryRebound(to: UInt8.self, capacity: count) {
      String(decoding: UnsafeBufferPointer(start: $0, count: count), as: UTF8.self)
    }
  }
}

extension String {
  fileprivate func hasByte(_ byte: UInt8) -> Bool {
    var text = self
    return text.withUTF8 { utf8 in utf8.baseAddress.map { memchr($0, CInt(byte), utf8.count) != nil } ?? false }
  }
}
