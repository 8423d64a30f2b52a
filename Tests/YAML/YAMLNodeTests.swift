import Testing
import YAML

@Suite("YAML")
struct YAMLNodeTests {
  @Test("Scalars are texts with their places, whatever they look like")
  func scalars() throws {
    let (node, problems) = YAMLNode.read(Array("country: NO\nversion: 1.10\non: yes\nid: \"0123\"\n".utf8))
    #expect(problems.isEmpty)
    guard case .mapping(let members)? = node?.content else {
      Issue.record("no mapping")
      return
    }
    #expect(members.map(\.name) == ["country", "version", "on", "id"])
    #expect(
      members.map(\.value.content) == [
        .scalar("NO", isPlain: true), .scalar("1.10", isPlain: true), .scalar("yes", isPlain: true),
        .scalar("0123", isPlain: false),
      ])
    #expect(members[3].value.place == YAMLPlace(line: 4, column: 5))
  }

  @Test("A byte order mark before the document is no part of it")
  func mark() {
    let (node, problems) = YAMLNode.read([0xEF, 0xBB, 0xBF] + Array("a: 1\nb: x\n".utf8))
    #expect(problems.isEmpty)
    guard case .mapping(let members)? = node?.content else {
      Issue.record("no mapping")
      return
    }
    #expect(members.map(\.name) == ["a", "b"] && members[0].place == YAMLPlace(line: 1, column: 1))
  }

  @Test(
    "What could surprise a reader is a problem with its place",
    arguments: [
      ("a: 1\nb: 2\na: 3\n", "3:1 a: given before on line 1"),
      ("a: &x 1\nb: *x\n", "1:4 a: anchors are not allowed|2:4 b: aliases are not allowed: repeat the value"),
      ("a: !!int 1\n", "1:4 a: tags are not allowed: the format says each value's type"),
      ("a: {<<: {b: 1}}\n", "1:5 a.<<: merge keys are not allowed: repeat the values"),
      ("a: 1\n---\nb: 2\n", "3:1 : a second document begins here: a file has one"),
      ("a:\n- b: 1\n  b: 2\n", "3:3 a[0].b: given before on line 2"),
      (
        "a: [1\n",
        "2:1 : while parsing a flow sequence: did not find expected ',' or ']' (it began on line 1): a text with one of [ ] { } , needs quotation marks, and every bracket its end"
      ),
      ("a: 1\n b: 2\nc: 3\n", "2:3 : mapping values are not allowed in this context"),
      (
        "a:\n    b: 1\n   c: 2\n",
        "3:4 : while parsing a block mapping: did not find expected key (it began on line 1): indent it as the keys beside it"
      ),
      ("a: \"x\n", "2:1 : while scanning a quoted scalar: found unexpected end of stream (it began on line 1)"),
      ("? [1]\n: 2\n", "1:3 : a name must be a text"),
    ])
  func problems(text: String, expected: String) {
    let problems = YAMLNode.read(Array(text.utf8)).problems
    #expect(
      problems.map { "\($0.place.line):\($0.place.column) \($0.path): \($0.problem)" }.joined(separator: "|")
        == expected)
  }

  @Test("Bytes that are not UTF-8 are a problem with their place")
  func encoding() {
    let problems = YAMLNode.read(Array("a: 1\nb: ".utf8) + [0xFF, 0x0A]).problems
    #expect(problems.map(\.place) == [YAMLPlace(line: 2, column: 4)])
  }

  @Test("Deep nesting and many aliases end at once")
  func bombs() {
    #expect(!YAMLNode.read(Array(String(repeating: "[", count: 100_000).utf8)).problems.isEmpty)
  }
}
