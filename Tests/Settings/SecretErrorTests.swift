import Contracts
import Foundation
import Settings
import TestSupport
import Testing

@Suite("Secrets that cannot be read")
struct SecretErrorTests {
  private static let arn = "arn:aws:secretsmanager:us-east-1:123456789012:secret:database-AbCdEf"

  /// Reads a secret from a Secrets Manager that refuses it.
  private func error(_ status: Int, _ body: String, headers: [(String, String)] = []) throws -> PipelineError {
    let server = try ScriptedServer(replies: [.http(status, headers, body)])
    defer { server.stop() }
    var configuration = Configuration.ofFunction(
      [
        "PG_DATABASE_URL_SECRET_ARN": Self.arn, "AWS_ENDPOINT_URL": server.url, "AWS_REGION": "us-east-1",
        "AWS_ACCESS_KEY_ID": "AKIDEXAMPLE", "AWS_SECRET_ACCESS_KEY": "example",
      ], warn: { _ in })
    #expect(configuration.text(.databaseURL).isEmpty)
    return try #require(#expect(throws: PipelineError.self) { try configuration.validate() })
  }

  @Test(
    "The error has the variable, the code and what to do, and nothing of the message",
    arguments: [
      (
        "AccessDeniedException", 400,
        "AccessDeniedException; allow secretsmanager:GetSecretValue, and kms:Decrypt if the secret has a key of its own"
      ),
      ("UnrecognizedClientException", 400, "UnrecognizedClientException; check the credentials"),
      (
        "ResourceNotFoundException", 400,
        "ResourceNotFoundException; the secret does not exist in this account and region, or has no value yet"
      ),
      ("DecryptionFailure", 400, "DecryptionFailure"), ("hunter2 \\u001b[2J", 400, "status 400"),
    ])
  func refused(code: String, status: Int, text: String) throws {
    let message = "User: arn:aws:sts::123456789012:assumed-role/hunter2 is not authorized on \(Self.arn)"
    let error = try error(
      status, #"{"__type": "com.amazonaws#\#(code)", "message": "\#(message)"}"#,
      headers: [("x-amzn-requestid", "hunter2")])
    #expect(
      error
        == PipelineError(
          .configurationInvalid,
          "PG_DATABASE_URL_SECRET_ARN cannot be read (Secrets Manager GetSecretValue: \(text))"))
  }

  @Test("A temporary error stays retryable, and has no more")
  func temporary() throws {
    #expect(
      try error(400, #"{"__type": "ThrottlingException", "message": "hunter2"}"#)
        == PipelineError(
          .storageUnavailable,
          "PG_DATABASE_URL_SECRET_ARN cannot be read (Secrets Manager GetSecretValue: ThrottlingException)"))
    #expect(
      try error(503, "hunter2")
        == PipelineError(
          .storageUnavailable,
          "PG_DATABASE_URL_SECRET_ARN cannot be read (Secrets Manager GetSecretValue: status 503)"))
  }
}
