import Foundation
import HTTP
import TestSupport
import Testing
import Time

@testable import AWS

@Suite("AWS errors")
struct AWSErrorTests {
  private func make(_ response: HTTPResponse) -> AWSError {
    AWSError(response, operation: "Lambda Invoke", resource: "f", now: Date(timeIntervalSince1970: 0))
  }

  @Test(
    "Errors of the JSON services are read in all their forms",
    arguments: [
      (
        HTTPResponse.json(
          #"{"__type":"com.amazonaws.swf.service.v2.model#StateMachineDoesNotExist","message":"none"}"#, status: 400),
        "StateMachineDoesNotExist", AWSError.Kind.notFound
      ),
      (
        .json(
          #"{"Type":"User","Message":"Function not found"}"#, status: 404,
          headers: ["x-amzn-ErrorType": "ResourceNotFoundException:http://internal.amazon.com/coral/"]),
        "ResourceNotFoundException", .notFound
      ),
      (.json(#"{"code":"ThrottlingException"}"#, status: 400), "ThrottlingException", .unavailable),
      (
        .json("not json", status: 400, headers: ["x-amzn-errortype": "SignatureDoesNotMatch"]), "SignatureDoesNotMatch",
        .accessDenied
      ),
      (.json(#"{"__type":"ExecutionAlreadyExists"}"#, status: 400), "ExecutionAlreadyExists", .rejected),
    ])
  func jsonForms(response: HTTPResponse, code: String, kind: AWSError.Kind) {
    let error = make(response)
    #expect(error.code == code)
    #expect(error.kind == kind)
    #expect(error.isTransient == (kind == .unavailable))
  }

  @Test(
    "Throttling, conflicts and conditions of DynamoDB and Kinesis have their kinds",
    arguments: [
      ("ProvisionedThroughputExceededException", AWSError.Kind.unavailable, true),
      ("TransactionInProgressException", .unavailable, true), ("TransactionConflictException", .conflict, true),
      ("ConditionalCheckFailedException", .preconditionFailed, false),
      ("KMSThrottlingException", .unavailable, true), ("KMSAccessDeniedException", .accessDenied, false),
    ])
  func sinkErrors(code: String, kind: AWSError.Kind, isTransient: Bool) {
    let error = make(.json(#"{"__type":"com.amazonaws.dynamodb.v20120810#\#(code)"}"#, status: 400))
    #expect(error.code == code)
    #expect(error.kind == kind)
    #expect(error.isTransient == isTransient)
  }

  @Test("A body that is not a document is not quoted")
  func foreignBody() {
    let error = make(
      HTTPResponse(status: 403, body: Data("SignatureDoesNotMatch\nPUT\n/x\nx-amz-security-token:hush".utf8)))
    #expect(error.kind == .accessDenied)
    #expect(!error.description.contains("hush"))
  }

  @Test("A message is cut to its first line and to 500 characters")
  func messageLength() {
    let text = #"The signature does not match.\n\nThe Canonical String should have been\nx-amz-security-token:hush"#
    let error = make(.json(#"{"__type":"InvalidSignatureException","message":"\#(text)"}"#, status: 400))
    #expect(error.message == "The signature does not match.")
    let inLine = #"Check your key. The Canonical String for this request should have been\nGET\n/"#
    #expect(make(.json(#"{"__type":"X","message":"\#(inLine)"}"#, status: 400)).message == "Check your key.")
    let endless = String(repeating: "c", count: 9999)
    #expect(make(.json(#"{"__type":"X","message":"\#(endless)"}"#, status: 400)).message.count == 500)
  }

  @Test("A description names operation, resource, reason, code, status and request")
  func errorDescription() {
    var response = HTTPResponse.json(#"{"__type":"AccessDeniedException","message":"not authorized"}"#, status: 400)
    response.headers["x-amzn-RequestId"] = "R-1"
    #expect(
      make(response).description
        == "Lambda Invoke of f: not authorized (AccessDeniedException, 400, request R-1)")
  }

  @Test(
    "Refused credentials are distinguished from missing permissions",
    arguments: [
      ("UnrecognizedClientException", true), ("InvalidSignatureException", true), ("ExpiredTokenException", true),
      ("AccessDeniedException", false), ("ResourceNotFoundException", false),
    ])
  func refusedCredentials(code: String, isRefused: Bool) {
    #expect(make(.json(#"{"__type":"\#(code)"}"#, status: 400)).refusesCredentials == isRefused)
  }

  @Test("The error of a wrong region names the region of the bucket")
  func wrongRegion() {
    let error = make(HTTPResponse(status: 301, headers: ["x-amz-bucket-region": "eu-west-1"]))
    #expect(error.kind == .wrongRegion)
    #expect(error.description.contains("eu-west-1"))
  }

  @Test(
    "A transport failure stays transient or permanent",
    arguments: [
      (HTTPError.Kind.connection, AWSError.Kind.unavailable, true), (.interrupted, .unavailable, true),
      (.timedOut, .unavailable, true), (.tls, .untrusted, false), (.invalidURL, .invalidRequest, false),
      (.invalidHeader, .invalidRequest, false),
      (.tooLarge, .tooLarge, false),
    ])
  func transportFailures(kind: HTTPError.Kind, expected: AWSError.Kind, isTransient: Bool) {
    let error = AWSError(
      HTTPError(kind, url: "https://h/k?X-Amz-Signature=1", detail: "d"), operation: "S3 GetObject", resource: nil,
      deadline: .none(on: ManualTime()))
    #expect(error.kind == expected)
    #expect(error.isTransient == isTransient)
    #expect(!error.description.contains("Signature"))
  }
}
