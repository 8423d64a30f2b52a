import Cryptography
import Foundation
import HTTP
import Testing

@testable import AWS

@Suite("AWS Signature Version 4")
struct SignatureV4Tests {
  @Test(
    "AWS's signing suite passes, in its normalised and its unnormalised cases", arguments: SignatureVector.all)
  func suite(vector: SignatureVector) throws {
    let context = try vector.context()
    var signer = SignatureV4(
      service: context.service, region: context.region, pathRule: .encodedAgain(normalized: context.normalize),
      // The suite signs all headers except, in one case, the session token.
      signing: { $0 != "x-amz-security-token" || context.omit_session_token != true })
    let credentials = Credentials(
      accessKeyID: context.credentials.access_key_id, secretAccessKey: context.credentials.secret_access_key,
      sessionToken: context.credentials.token)
    let date = try #require(AWSDate.parse(context.timestamp))
    var request = try vector.request()
    if context.sign_body {
      request.headers["x-amz-content-sha256"] = try Digest(of: request.body ?? Data()).hexadecimal
    }

    var dated = request
    dated.headers["X-Amz-Date"] = AWSDate.stamp(date)
    dated.headers["X-Amz-Security-Token"] = context.credentials.token
    let canonical = try signer.canonicalRequest(dated)
    #expect(try canonical.text == vector.text("header-canonical-request.txt"))
    let scope = "20150830/\(context.region)/\(context.service)/aws4_request"
    let text = try signer.stringToSign(canonical, stamp: AWSDate.stamp(date), scope: scope)
    #expect(try text == vector.text("header-string-to-sign.txt"))

    let authorization = try #require(try signer.sign(request, with: credentials, at: date).headers["Authorization"])
    #expect(try authorization.hasSuffix("Signature=\(vector.text("header-signature.txt"))"))
    #expect(try vector.text("header-signed-request.txt").contains("Authorization:\(authorization)\n"))
  }

  @Test("The signing suite is complete")
  func completeSuite() {
    #expect(SignatureVector.all.count == 38)
  }

  /// The examples of https://docs.aws.amazon.com/AmazonS3/latest/API/sig-v4-header-based-auth.html.
  struct S3Example: Sendable, CustomTestStringConvertible {
    let testDescription: String
    let method: String
    let path: String
    var headers: [(name: String, value: String)] = []
    var body: String?
    let signedHeaders: String
    let signature: String
  }

  @Test(
    "The published S3 examples come out as published",
    arguments: [
      S3Example(
        testDescription: "GET object", method: "GET", path: "/test.txt", headers: [("Range", "bytes=0-9")],
        signedHeaders: "host;range;x-amz-content-sha256;x-amz-date",
        signature: "f0e8bdb87c964420e857bd35b5d6ed310bd44f0170aba48dd91039c6036bdb41"),
      S3Example(
        testDescription: "PUT object", method: "PUT", path: "/test%24file.text",
        headers: [("Date", "Fri, 24 May 2013 00:00:00 GMT"), ("x-amz-storage-class", "REDUCED_REDUNDANCY")],
        body: "Welcome to Amazon S3.",
        signedHeaders: "date;host;x-amz-content-sha256;x-amz-date;x-amz-storage-class",
        signature: "98ad721746da40c64f1a55b78f14c238d841ea1380cd77a1b5971af0ece108bd"),
      S3Example(
        testDescription: "GET bucket lifecycle", method: "GET", path: "/?lifecycle",
        signedHeaders: "host;x-amz-content-sha256;x-amz-date",
        signature: "fea454ca298b7da1c68078a5d1bdbfbbe0d65c699e0f91ac7a200a0136783543"),
      S3Example(
        testDescription: "GET bucket (list objects)", method: "GET", path: "/?max-keys=2&prefix=J",
        signedHeaders: "host;x-amz-content-sha256;x-amz-date",
        signature: "34b48302e7b5fa45bde8084f4b7868a86f0a534bc59db6670ed5711ef69dc6f7"),
    ])
  func published(example: S3Example) throws {
    var signer = SignatureV4(service: "s3", region: "us-east-1", pathRule: .asSent, signing: { _ in true })
    var request = HTTPRequest(
      example.method, "https://examplebucket.s3.amazonaws.com\(example.path)", headers: HTTPHeaders(example.headers),
      body: example.body.map { Data($0.utf8) })
    request.headers["x-amz-content-sha256"] = try Digest(of: request.body ?? Data()).hexadecimal
    let credentials = Credentials(
      // pragma: allowlist nextline secret: the example key of AWS's documentation
      accessKeyID: "AKIAIOSFODNN7EXAMPLE", secretAccessKey: "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY")
    let signed = try signer.sign(request, with: credentials, at: #require(AWSDate.parse("2013-05-24T00:00:00Z")))
    #expect(
      signed.headers["Authorization"]
        // pragma: allowlist nextline secret: as above
        == "AWS4-HMAC-SHA256 Credential=AKIAIOSFODNN7EXAMPLE/20130524/us-east-1/s3/aws4_request, "
        + "SignedHeaders=\(example.signedHeaders), Signature=\(example.signature)")
  }

  @Test("A cached signing key is not used for another day or another secret")
  func cachedKey() throws {
    let first = Credentials(accessKeyID: "A", secretAccessKey: "one")
    let second = Credentials(accessKeyID: "A", secretAccessKey: "two")
    let today = Date(timeIntervalSince1970: 1_717_182_000)
    var kept = SignatureV4(service: "s3", region: "us-east-1")
    for (credentials, date) in [(first, today), (second, today), (second, today + 86_400), (first, today)] {
      var fresh = SignatureV4(service: "s3", region: "us-east-1")
      let request = HTTPRequest("GET", "https://bucket.s3.amazonaws.com/key")
      let expected = try fresh.sign(request, with: credentials, at: date).headers["Authorization"]
      #expect(try kept.sign(request, with: credentials, at: date).headers["Authorization"] == expected)
    }
  }

  @Test("Only headers that control the call, and that no intermediary changes, are signed")
  func signedHeaders() throws {
    var signer = SignatureV4(service: "states", region: "us-east-1")
    let request = HTTPRequest(
      "POST", "https://states.us-east-1.amazonaws.com/",
      headers: [
        "Content-Type": "application/x-amz-json-1.0", "X-Amz-Target": "AWSStepFunctions.StartExecution",
        "User-Agent": "u", "Expect": "100-continue", "Content-Length": "2", "Accept": "*/*",
      ], body: Data("{}".utf8))
    let credentials = Credentials(accessKeyID: "A", secretAccessKey: "S", sessionToken: "T")
    let signed = try signer.sign(request, with: credentials, at: Date(timeIntervalSince1970: 0))
    #expect(signed.headers["X-Amz-Security-Token"] == "T")
    let authorization = try #require(signed.headers["Authorization"])
    #expect(authorization.contains("SignedHeaders=content-type;host;x-amz-date;x-amz-security-token;x-amz-target,"))
  }

  @Test(
    "The host is signed with its port, unless the port is the scheme's default",
    arguments: [
      ("https://host/a", "host"), ("https://host:443/a", "host"), ("http://host:80", "host"),
      ("https://host:80/a", "host:80"), ("http://127.0.0.1:9000/a", "127.0.0.1:9000"),
      ("http://[::1]:9000/", "[::1]:9000"),
    ])
  func host(url: String, host: String) {
    #expect(RequestAddress(url).host == host)
  }

  @Test("A path of S3 is signed unchanged, and any other path is encoded again")
  func paths() throws {
    let request = HTTPRequest("GET", "https://h/a//b/../%C3%BC%20%2B")
    let s3 = SignatureV4(service: "s3", region: "r")
    #expect(try s3.canonicalRequest(request).text.hasPrefix("GET\n/a//b/../%C3%BC%20%2B\n\n"))
    let lambda = SignatureV4(service: "lambda", region: "r")
    #expect(try lambda.canonicalRequest(request).text.hasPrefix("GET\n/a/%25C3%25BC%2520%252B\n\n"))
  }

  @Test(
    "Stamps are UTC in the basic format",
    arguments: [(0.0, "19700101T000000Z"), (1_717_199_999.9, "20240531T235959Z"), (-1.0, "19691231T235959Z")])
  func stamps(seconds: Double, stamp: String) {
    #expect(AWSDate.stamp(Date(timeIntervalSince1970: seconds)) == stamp)
  }
}
