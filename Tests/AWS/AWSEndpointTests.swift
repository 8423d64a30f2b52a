import Testing

@testable import AWS

@Suite("AWS endpoints")
struct AWSEndpointTests {
  private func address(_ service: AWSService, _ environment: [String: String], region: String = "eu-west-1") throws
    -> String
  {
    AWSRequest(operation: "X").url(at: try AWSEndpoint.of(service, region: region, environment: environment))
  }

  @Test("The service's own variable takes precedence over the common one, and both over the region")
  func precedence() throws {
    let environment = ["AWS_ENDPOINT_URL_S3": "http://s3:9000", "AWS_ENDPOINT_URL": "https://all.example:443/aws/"]
    #expect(try address(.s3, environment) == "http://s3:9000/")
    #expect(try address(.stepFunctions, environment) == "https://all.example/aws/")
    #expect(try address(.stepFunctions, ["AWS_ENDPOINT_URL": ""]) == "https://states.eu-west-1.amazonaws.com/")
    #expect(try address(.lambda, [:], region: "cn-north-1") == "https://lambda.cn-north-1.amazonaws.com.cn/")
  }

  @Test(
    "The error of an invalid endpoint names its variable",
    arguments: ["localhost:9000", "ftp://x", "http://", "https:///x", "http://a b", "http://x?y=1", "http://u:p@x"])
  func invalidEndpoint(url: String) {
    let error = failure { _ = try address(.s3, ["AWS_ENDPOINT_URL_S3": url]) }
    #expect(error?.kind == .invalidConfiguration)
    #expect(error?.description.contains("AWS_ENDPOINT_URL_S3") == true)
  }

  @Test(
    "A region that is not a host label is refused", arguments: ["", "us east", "evil.example/", "Ü"])
  func invalidRegion(region: String) {
    #expect(failure { _ = try address(.s3, [:], region: region) }?.kind == .invalidConfiguration)
  }
}
