import Cryptography
import FoundationEssentials
import JSON

/// The object of a record.
struct RecordObject: Equatable {
  let key: String
  let body: Data
  /// The SHA-256 of the body, in Base64 as S3 has it.
  let checksum: String
  /// The SHA-256 of the bucket's name and the body, in hexadecimal digits: one table may serve several buckets.
  let content: String
  /// The key of the object's write in the idempotency table, system 004's: the SHA-256 of `OPERATION:KEY`.
  let idempotencyKey: String
  /// Nil for a record without an order.
  let order: String?

  init(_ record: JSONObject, _ settings: ObjectsSink.Settings) throws(ObjectProblem) {
    key = try settings.key.filled(from: record)
    guard let text = record[settings.body]?.string else {
      throw ObjectProblem(text: "its field \(settings.body), which is its object, is no text")
    }
    body = Data(text.utf8)
    order = settings.order.flatMap { record[$0]?.string }
    if let order, !order.utf8.allSatisfy({ (0x20..<0x7F).contains($0) }) {
      throw ObjectProblem(text: "the order of its versions is not printable ASCII")
    }
    do throws(CryptographyError) {
      checksum = try Digest(of: body).base64
      content = try Digest(of: Data("\(settings.bucket)\n".utf8) + body).hexadecimal
      idempotencyKey = try Digest(of: Data("\(settings.operation):\(key)".utf8)).hexadecimal
    } catch { throw ObjectProblem(text: "its digest cannot be computed: \(error)") }
  }
}
