import Contracts
import FoundationEssentials
import JSON

/// The object that says where the file of a group is: `{"key": …, "order": …, "former": […]}`. It is written before the file,
/// so that a load that ends in between is known to the next one.
struct GroupIndex: Equatable {
  /// The file's key.
  var key: String
  /// The newest version of the group; nil without an order.
  var order: String?
  /// The keys that the group's file has had, the oldest first. They are looked at by every load: one whose write comes late may
  /// leave a file behind.
  var former: [String] = []

  /// Keys that a group may have had and are looked at.
  private static let maximumFormer = 8

  init(key: String, order: String?) {
    self.key = key
    self.order = order
  }

  /// - Parameter address: the object's, for the message.
  /// - Throws: `StorageCorrupt`.
  init(_ data: Data, at address: String) throws(PipelineError) {
    guard let object = (try? JSONValue(parsing: data))?.object, let key = object["key"]?.string else {
      throw PipelineError(
        .storageCorrupt,
        "\(address) does not say where a group's file is, and nothing of the group was changed. Delete it: the next load writes "
          + "it again, and leaves a file that the group had under other dates")
    }
    self.key = key
    order = object["order"]?.string
    former = (object["former"]?.array ?? []).compactMap(\.string)
  }

  var data: Data {
    var members: [JSONObject.Member] = [("key", .string(key))]
    if let order { members.append(("order", .string(order))) }
    if !former.isEmpty { members.append(("former", .array(former.map { .string($0) }))) }
    return Data(JSONValue.object(JSONObject(unique: members)).text.utf8)
  }

  /// Moves the file to another key.
  mutating func move(to key: String) {
    guard key != self.key else { return }
    former = Array((former.filter { $0 != self.key } + [self.key]).filter { $0 != key }.suffix(Self.maximumFormer))
    self.key = key
  }
}
