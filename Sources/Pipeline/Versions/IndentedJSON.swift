import FoundationEssentials
import JSON

extension JSONValue {
  /// The JSON text with an indent of 2. A list or an object without lists and objects in it is on one line, if it is not a
  /// member of the outermost object: a manifest has thousands of them.
  public var indented: Data {
    var bytes: [UInt8] = []
    write(depth: 0, into: &bytes)
    return Data(bytes)
  }

  private var isFlat: Bool {
    switch self {
    case .array(let elements): elements.allSatisfy { $0.array == nil && $0.object == nil }
    case .object(let object): object.members.allSatisfy { $0.value.array == nil && $0.value.object == nil }
    default: true
    }
  }

  private func write(depth: Int, into bytes: inout [UInt8]) {
    func line(_ depth: Int) { bytes += ("\n" + String(repeating: "  ", count: depth)).utf8 }
    switch self {
    case .array(let elements) where !elements.isEmpty && !(depth > 1 && isFlat):
      for (index, element) in elements.enumerated() {
        bytes.append(UInt8(ascii: index == 0 ? "[" : ","))
        line(depth + 1)
        element.write(depth: depth + 1, into: &bytes)
      }
      line(depth)
      bytes.append(UInt8(ascii: "]"))
    case .object(let object) where !object.isEmpty && !(depth > 1 && isFlat):
      for (index, member) in object.members.enumerated() {
        bytes.append(UInt8(ascii: index == 0 ? "{" : ","))
        line(depth + 1)
        JSONValue.string(member.name).write(into: &bytes)
        bytes += ": ".utf8
        member.value.write(depth: depth + 1, into: &bytes)
      }
      line(depth)
      bytes.append(UInt8(ascii: "}"))
    default: write(into: &bytes)
    }
  }
}
