import Foundation
import Testing

@testable import festvibes

@Suite struct JSONTextTests {
  @Test func jsonIsIndentedWithItsKeysAndNumbersAsTheyStand() {
    let text = #"{"b":1.50,"a":[1,{"x":"q\"{,}:ü"}],"e":[ ],"o":{ },"n":null}"#
    #expect(
      JSONText.pretty(Data(text.utf8)) == #"""
        {
          "b": 1.50,
          "a": [
            1,
            {
              "x": "q\"{,}:ü"
            }
          ],
          "e": [],
          "o": {},
          "n": null
        }
        """#)
  }

  @Test(arguments: ["null", "\"text\"", "7", "[]", "not json", "", "{"])
  func whatHasNoPartsOrIsNoJSONStaysAsItIs(text: String) {
    #expect(JSONText.pretty(Data(text.utf8)) == text)
  }
}
