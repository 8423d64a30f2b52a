import AWS
import Contracts
import FoundationEssentials
import JSON

/// A group beside what is stored of it.
struct GroupPlan {
  let group: LineGroup
  /// The object at the group's key.
  let file: S3Object?
  /// The group's index with its ETag; nil for a group that was never loaded.
  let index: (value: GroupIndex, etag: String)?
  /// The group's file under earlier dates; nil if the dates are the same.
  let moved: S3Object?
  /// The group that has the key, of the same dates and a later version; nil if there is none.
  let keeper: String?
  /// True if the file has changed since lines of it were kept.
  var isOutdated = false

  /// True if a later version of the group is stored.
  var isSuperseded: Bool { LineOrder.isEarlier(group.order, than: index?.value.order) }

  /// The index that the group should have.
  var next: GroupIndex {
    guard var next = index?.value else { return GroupIndex(key: group.key, order: group.order) }
    guard !isSuperseded, keeper == nil else { return next }
    next.order = group.order ?? next.order
    next.move(to: group.key)
    return next
  }

  /// The write of the index; nil if it is as it should be, and for a group whose key another one has: no index names its file.
  func claim(at key: String) -> LineWrite? {
    guard keeper == nil, next != index?.value else { return nil }
    return LineWrite(
      key: key, body: next.data, condition: index.map { .matches(etag: $0.etag) } ?? .absent)
  }

  /// The write of the file; nil if it has the bytes already, or is not the group's to write.
  /// - Parameter metadata: says whose the file is.
  func write(_ metadata: [String: String]) -> LineWrite? {
    guard !isSuperseded, keeper == nil else { return nil }
    let body = group.body
    if let file, file.body == body, FileOwner.isNone(file) || FileOwner(metadata).owns(file) { return nil }
    return LineWrite(
      key: group.key, body: body, metadata: metadata,
      condition: file.map { .matches(etag: $0.info.etag) } ?? .absent)
  }
}

/// The metadata that says whose a file is. A file without it is another program's, and is never deleted.
struct FileOwner {
  let metadata: [String: String]

  init(_ metadata: [String: String]) { self.metadata = metadata }

  init(_ group: LineGroup, of dataset: String) { metadata = ["dataset": dataset, "group": group.name] }

  func owns(_ file: S3Object) -> Bool { metadata.allSatisfy { file.info.metadata[$0.key] == $0.value } }

  static func isNone(_ file: S3Object) -> Bool { file.info.metadata["group"] == nil }

  /// The other group of the dataset that has a file.
  func other(of file: S3Object) -> String? {
    guard let group = file.info.metadata["group"], file.info.metadata["dataset"] == metadata["dataset"],
      group != metadata["group"]
    else { return nil }
    return group
  }
}
