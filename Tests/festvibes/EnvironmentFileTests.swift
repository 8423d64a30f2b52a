import Foundation
import Testing

@testable import festvibes

@Suite(".env")
struct EnvironmentFileTests {
  @Test("Lines are read as .env.example shows them")
  func lines() {
    let text = """
      # a comment
      #COMMENTED=out

      PLAIN=value with spaces
        INDENTED = padded
      export EXPORTED=1
      SINGLE='a # b'
      DOUBLE="c=d"
      HALF="open
      EMPTY=
      URL=postgresql://user:p=ss@host/db?sslmode=require
      no assignment
      bad name=1
      """
    #expect(
      EnvironmentFile.parse(text) == [
        "PLAIN": "value with spaces", "INDENTED": "padded", "EXPORTED": "1", "SINGLE": "a # b", "DOUBLE": "c=d",
        "HALF": "\"open", "URL": "postgresql://user:p=ss@host/db?sslmode=require",
      ])
  }

  @Test("A missing file sets nothing")
  func missing() { #expect(EnvironmentFile.read("/nonexistent/.env").isEmpty) }
}
