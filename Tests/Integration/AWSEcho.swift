import Foundation
import TestSupport

/// An AWS that echoes what it receives, in the ways in which services and proxies do so. The first part of the path selects
/// the way.
enum AWSEcho {
  static func server(secrets: [String: String]) throws -> ScriptedServer {
    try ScriptedServer { request in
      let way = request.target.split(separator: "/").first.map(String.init) ?? ""
      let isJSON = request.header("X-Amz-Target") != nil
      let token = request.header("X-Amz-Security-Token") ?? ""
      switch way {
      case "secrets" where request.header("X-Amz-Target")?.hasSuffix(".ListExecutions") == true:
        return .http(200, [], #"{"executions":[]}"#)
      case "secrets":
        let body = (try? JSONSerialization.jsonObject(with: request.body)) as? [String: String]
        let name = body?["SecretId"]?.split(separator: ":").last.map(String.init) ?? ""
        guard let value = secrets[name], let response = try? JSONEncoder().encode(["SecretString": value]) else {
          return .http(400, [], #"{"__type":"ResourceNotFoundException","message":"no such secret"}"#)
        }
        return .http(200, [], response)
      case "denies" where isJSON:
        return .http(
          400, [],
          #"""
          {"__type":"com.amazonaws#InvalidSignatureException","message":"The request signature we calculated does not match. The Canonical String for this request should have been\n'POST\nx-amz-security-token:\#(escaped(token))'"}
          """#)
      case "denies":
        return .http(
          400, [("Content-Type", "application/xml")],
          "<Error><Code>InvalidToken</Code><Message>The provided token is malformed.</Message><Token-0>\(token)</Token-0>"
            + "<StringToSign>\(token)</StringToSign></Error>")
      case "fails": return .http(403, [("X-Echo", token)], request.head)
      // Neither a response of Secrets Manager nor an object that was put there.
      default: return .http(200, [("ETag", "\"1\""), ("X-Echo", token)], request.head)
      }
    }
  }

  private static func escaped(_ text: String) -> String {
    text.replacing("\\", with: "\\\\").replacing("\"", with: "\\\"")
  }
}
