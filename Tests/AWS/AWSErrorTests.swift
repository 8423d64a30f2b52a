import Foundation
import HTTP
import TestSupport
import Testing
import Time

@testable import AWS

@Suite struct AWSErrorTests {
  private func make(_ answer: HTTPResponse) -> AWSError {
    AWSError(answer, operation: "Lambda Invoke", resource: "f", now: Date(timeIntervalSince1970: 0))
  }

  @Test(arguments: [
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
  func errorsOfTheJSONServicesAreReadInAllTheirForms(answer: HTTPResponse, code: String, kind: AWSError.Kind) {
    let error = make(answer)
    #expect(error.code == code)
    #expect(error.kind == kind)
    #expect(error.isTransient == (kind == .unavailable))
  }

  @Test func aBodyThatIsNoDocumentIsNotQuoted() {
    let error = make(
      HTTPResponse(status: 403, body: Data("SignatureDoesNotMatch\nPUT\n/x\nx-amz-security-token:hush".utf8)))
    #expect(error.kind == .accessDenied)
    #expect(!error.description.contains("hush"))
  }

  @Test func messagesAreTheirFirstLineAndNotEndless() {
    let text = #"The signature does not match.\n\nThe Canonical String should have been\nx-amz-security-token:hush"#
    let error = make(.json(#"{"__type":"InvalidSignatureException","message":"\#(text)"}"#, status: 400))
    #expect(error.message == "The signature does not match.")
    let inLine = #"Check your key. The Canonical String for this request should have been\nGET\n/"#
    #expect(make(.json(#"{"__type":"X","message":"\#(inLine)"}"#, status: 400)).message == "Check your key.")
    let endless = String(repeating: "c", count: 9999)
    #expect(make(.json(#"{"__type":"X","message":"\#(endless)"}"#, status: 400)).message.count == 500)
  }

  @Test func aDescriptionTellsOfWhatAndWhy() {
    var answer = HTTPResponse.json(#"{"__type":"AccessDeniedException","message":"not authorized"}"#, status: 400)
    answer.headers["x-amzn-RequestId"] = "R-1"
    #expect(
      make(answer).description
        == "Lambda Invoke of f: not authorized (AccessDeniedException, 400, request R-1)")
  }

  @Test(arguments: [
    ("UnrecognizedClientException", true), ("InvalidSignatureException", true), ("ExpiredTokenException", true),
    ("AccessDeniedException", false), ("ResourceNotFoundException", false),
  ])
  func refusedCredentialsAreToldFromMissingPermissions(code: String, isRefused: Bool) {
    #expect(make(.json(#"{"__type":"\#(code)"}"#, status: 400)).refusesCredentials == isRefused)
  }

  @Test func aWrongRegionSaysWhereTheBucketIs() {
    let error = make(HTTPResponse(status: 301, headers: ["x-amz-bucket-region": "eu-west-1"]))
    #expect(error.kind == .wrongRegion)
    #expect(error.description.contains("eu-west-1"))
  }

  @Test(arguments: [
    (HTTPError.Kind.connection, AWSError.Kind.unavailable, true), (.interrupted, .unavailable, true),
    (.timedOut, .unavailable, true), (.tls, .untrusted, false), (.invalidURL, .invalidRequest, false),
    (.tooLarge, .tooLarge, false),
  ])
  func failuresOfTheWireKeepWhetherTheyMayPass(kind: HTTPError.Kind, expected: AWSError.Kind, isTransient: Bool) {
    let error = AWSError(
      HTTPError(kind, url: "https://h/k?X-Amz-Signature=1", detail: "d"), operation: "S3 GetObject", resource: nil,
      deadline: .none(on: ManualTime()))
    #expect(error.kind == expected)
    #expect(error.isTransient == isTransient)
    #expect(!error.description.contains("Signature"))
  }
}
