import AWS
import Compression
import Contracts
import FoundationEssentials
import Time

/// The objects of the processed zone.
///
/// Each object has the SHA-256 of its rows as metadata. A listing shows no metadata, so that one object of each source
/// remembers the digests by the objects' ETags. It may be old, or lost: what it does not know is asked for, and so is what was
/// written, whose ETag may be the former one.
final class ProcessedBucket {
  /// An object as a listing has found it.
  struct Stored: Codable, Equatable {
    let etag: String
    /// The SHA-256 of its rows; empty for an object that others have written.
    let digest: String
  }

  /// An object to write.
  struct Write {
    let key: String
    let rows: ProcessedRows
    /// The object that the listing has found under the key; nil for none.
    let former: Stored?
  }

  /// The name of the metadata with the digest.
  static let digestName = "rows-sha256"

  private let client: S3Client
  private let bucket: String
  private let compressor: GzipCompressor

  init(_ client: S3Client, bucket: String) throws(PipelineError) {
    self.client = client
    self.bucket = bucket
    do { compressor = try GzipCompressor() } catch { throw Self.failure(error) }
  }

  /// Reads what is remembered. It only saves requests, so that one which cannot be read is as good as none.
  func memory(of source: String, deadline: Deadline) throws(PipelineError) -> [String: Stored] {
    let found: S3Object
    do { found = try client.get(place(ProcessedKey.memory(of: source)), deadline: deadline) } catch {
      if error.kind == .notFound { return [:] }
      throw PipelineError(processed: error)
    }
    return (try? JSONDecoder().decode([String: Stored].self, from: found.body)) ?? [:]
  }

  /// Remembers the objects of a source. Of two writers the last counts.
  func remember(_ objects: [String: Stored], of source: String, deadline: Deadline) throws(PipelineError) {
    let encoder = JSONEncoder()
    encoder.outputFormatting = .sortedKeys
    let data: Data
    do { data = try encoder.encode(objects) } catch { throw Self.failure(error) }
    do {
      try client.put(
        data, to: place(ProcessedKey.memory(of: source)), contentType: "application/json", deadline: deadline)
    } catch { throw PipelineError(processed: error) }
  }

  /// Returns the objects below prefixes, by their keys.
  /// - Parameter known: objects whose digests are known.
  func objects(
    below prefixes: [String], known: [String: Stored], deadline: Deadline
  ) throws(PipelineError) -> [String: Stored] {
    var objects: [String: Stored] = [:]
    var unknown: [String] = []
    do {
      for prefix in prefixes {
        for entry in try client.list(bucket: bucket, prefix: prefix, deadline: deadline).entries {
          if let known = known[entry.key], known.etag == entry.etag {
            objects[entry.key] = known
          } else {
            unknown.append(entry.key)
          }
        }
      }
      for (key, info) in zip(unknown, client.headAll(unknown.map(place), deadline: deadline)) {
        do throws(AWSError) {
          let info = try info.get()
          objects[key] = Stored(etag: info.etag, digest: info.metadata[Self.digestName] ?? "")
        } catch  where error.kind == .notFound {
          // Another publisher has deleted it since the listing.
          continue
        }
      }
    } catch { throw PipelineError(processed: error) }
    return objects
  }

  /// Writes objects, each only if what the listing has found is still there: another publisher that has written since has
  /// read the database later.
  /// - Returns: the number of bytes written.
  func write(_ writes: [Write], deadline: Deadline) throws(PipelineError) -> Int {
    var requests: [S3Write] = []
    for write in writes {
      do {
        requests.append(
          S3Write(
            try compressor.member(of: write.rows.lines), to: place(write.key), contentType: "application/gzip",
            metadata: [Self.digestName: try write.rows.digest()],
            condition: write.former.map { .matches(etag: $0.etag) } ?? .absent))
      } catch { throw Self.failure(error) }
    }
    var bytes = 0
    for (request, outcome) in zip(requests, client.putAll(requests, deadline: deadline)) {
      do throws(AWSError) {
        _ = try outcome.get()
        bytes += request.body.count
      } catch {
        switch error.kind {
        // Another publisher was faster, or has deleted it: the next comparison says what is to be done.
        case .preconditionFailed, .notFound: continue
        default: throw PipelineError(processed: error)
        }
      }
    }
    return bytes
  }

  /// Deletes an object, only if it is the one that the listing has found: see `write`.
  func delete(_ key: String, _ former: Stored, deadline: Deadline) throws(PipelineError) {
    do {
      // Not every store knows the condition of the request, so that it is asked for first as well.
      guard try client.head(place(key), deadline: deadline).etag == former.etag else { return }
      try client.delete(place(key), ifMatches: former.etag, deadline: deadline)
    } catch {
      switch error.kind {
      case .preconditionFailed, .notFound: return
      default: throw PipelineError(processed: error)
      }
    }
  }

  /// `s3://bucket/key`
  func address(of key: String) -> String { "\(place(key))" }

  private func place(_ key: String) -> S3Location { S3Location(bucket: bucket, key: key) }

  /// The error of a library that computes in memory.
  private static func failure(_ error: any Error) -> PipelineError {
    PipelineError(.storageUnavailable, "the processed zone: \(error)")
  }
}
