import Text

/// How a bucket is addressed: by a host name of its own on AWS; by the path on an endpoint of one's own, and where the
/// bucket's name has dots, which AWS's certificate does not cover, or is otherwise no host name.
/// https://docs.aws.amazon.com/AmazonS3/latest/userguide/VirtualHosting.html
struct S3Address: Equatable {
  let endpoint: AWSEndpoint
  /// Percent-encoded.
  let path: String

  /// - Parameter key: nil for the bucket itself.
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
