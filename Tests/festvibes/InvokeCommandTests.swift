import Foundation
import Testing

@testable import festvibes

@Suite struct InvokeCommandTests {
  @Test func aFunctionGoesByItsProductItsNameOrItsARN() {
    #expect(InvokeCommand.functionName("Loader") == "festvibes-loader")
    #expect(InvokeCommand.functionName("DateRangeGenerator") == "festvibes-date-range-generator")
    #expect(InvokeCommand.functionName("other") == "other")
  }

  @Test func aFunctionsErrorIsSaidByItsTypeAndMessage() {
    #expect(
      InvokeCommand.words(forError: .init(#"{"errorType":"InvalidInput","errorMessage":"no\ndate"}"#.utf8))
        == "InvalidInput: no date")
    #expect(InvokeCommand.words(forError: .init("boom".utf8)) == "the function failed: boom")
  }
}
