import JSON
import Versions

/// The message about a version that was projected, as system 002 sends it.
struct ProjectionMessage {
  let subject: String
  let text: String

  init(_ version: VersionID, of keys: DatasetKeys, dataset: String, bucket: String) {
    subject = "projection_update:\(dataset)"
    let fields = [
      ("event", "projection_update"), ("dataset_id", dataset), ("bucket", bucket),
      ("version_manifest_path", keys.manifest(of: version)), ("projections_path", keys.projections),
    ]
    // With the spaces of Python's json.dumps.
    let members = fields.map { "\(JSONValue.string($0).text): \(JSONValue.string($1).text)" }
    text = "{\(members.joined(separator: ", "))}"
  }
}
