import Foundation
import Testing

@testable import festvibes

@Suite("festvibes invoke")
struct InvokeCommandTests {
  @Test("A function is given by its product, its name or its ARN")
  func names() {
    #expect(InvokeCommand.functionName("Loader") == "festvibes-loader")
    #expect(InvokeCommand.functionName("DateRangeGenerator") == "festvibes-date-range-generator")
    #expect(InvokeCommand.functionName("other") == "other")
  }

  @Test("A product is the function of the deployment whose state machine is set")
  func deployment() {
    let machine = "arn:aws:states:us-east-1:123456789012:stateMachine:"
    #expect(InvokeCommand.functionName("Loader", of: machine + "festvibes-dev-etl") == "festvibes-dev-loader")
    #expect(InvokeCommand.functionName("CacheManager", of: machine + "mine-etl") == "mine-cache-manager")
    #expect(InvokeCommand.functionName("Loader", of: machine + "etl") == "festvibes-loader")
    #expect(InvokeCommand.functionName("other", of: machine + "mine-etl") == "other")
  }

  @Test("A function's error is shown by its type and message")
  func errors() {
    #expect(
      InvokeCommand.describeError(.init(#"{"errorType":"InvalidInput","errorMessage":"no\ndate"}"#.utf8))
        == "InvalidInput: no date")
    #expect(InvokeCommand.describeError(.init("boom".utf8)) == "the function failed: boom")
  }

  @Test("A response is printed indented, with sorted keys; other text as it is")
  func pretty() {
    #expect(InvokeCommand.pretty(.init(#"{"b":[1],"a":"x/y"}"#.utf8)).split(separator: "\n").first == "{")
    #expect(InvokeCommand.pretty(.init(#"{"b":1,"a":"x/y"}"#.utf8)).contains("\"a\" : \"x/y\",\n"))
    #expect(InvokeCommand.pretty(.init("3".utf8)) == "3")
    #expect(InvokeCommand.pretty(.init("not JSON".utf8)) == "not JSON")
  }
}
