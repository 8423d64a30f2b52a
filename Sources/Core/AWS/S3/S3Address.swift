import Text

/// The address of a bucket or object: by the bucket's own host name on AWS; by the path on a custom endpoint, and for
/// buckets whose name is not a host label (names with dots are not covered by AWS's certificate).
/// https://docs.aws.amazon.com/AmazonS3/latest/userguide/VirtualHosting.html
struct S3Address: Equatable {
  let endpoint: AWSEndpoint
  /// Percent-encoded.
  let path: String

  /// Creates the address of an object.
  /// - Parameter key: the key; nil for the bucket itself.
  init(bucket: String, key: String?, at service: AWSEndpoint) {
    var endpoint = service
    let object = key.map { "/" + PercentEncoding.encode($0, keeping: "/") }
    if !service.isCustom && AWSEndpoint.isHostLabel(bucket) {
      endpoint.authority = "\(bucket).\(service.authority)"
      path = object ?? "/"
    } else {
      path = "/" + PercentEncoding.encode(bucket) + (object ?? "")
    }
    self.endpoint = endpoint
  }
}
