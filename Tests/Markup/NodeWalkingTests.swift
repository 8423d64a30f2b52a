import Foundation
import Markup
import Testing

struct NodeWalkingTests {
  private let html = """
    <html><head></head><body class="b"><div id="1" class=" x
    y\tz "><p>a<b>c</b></p><!-- <i></i> --></div><div id="2" class="x-y"><p>d</p></div><hr></body></html>
    """

  private func root() throws -> Node {
    try #require(try Document(html: Data(html.utf8)).first(XPath("/*")))
  }

  @Test("A walk visits each element once, in document order")
  func all() throws {
    var names: [String] = []
    try root().walk { node in
      names.append(node.name)
      return .into
    }
    #expect(names == ["head", "body", "div", "p", "b", "div", "p", "hr"])
  }

  @Test("A walk leaves out what is below an element, and ends when it is told to")
  func steps() throws {
    var names: [String] = []
    try root().walk { node in
      names.append(node.name)
      return node.name == "div" ? .over : .into
    }
    #expect(names == ["head", "body", "div", "div", "hr"])
    names = []
    try root().walk { node in
      names.append(node.name)
      return node.name == "p" ? .stop : .into
    }
    #expect(names == ["head", "body", "div", "p"])
  }

  @Test("A walk stays below its element")
  func below() throws {
    let first = try #require(try root().first(XPath("//div")))
    var names: [String] = []
    first.walk { node in
      names.append(node.name)
      return .into
    }
    #expect(names == ["p", "b"])
    var children: [String] = []
    try root().walkChildren { children.append($0.name) }
    #expect(children == ["head", "body"])
  }

  @Test("Classes are whole words of the attribute")
  func classes() throws {
    let names = ClassNames(["x", "y", "z", "x-y", "b", "w"])
    var found: [UInt64] = []
    try root().walk { node in
      found.append(node.classes(among: names).rawValue)
      return .into
    }
    #expect(found == [0, 0b10000, 0b111, 0, 0, 0b1000, 0, 0])
  }

  @Test("An element is named, contains others, and is followed by others")
  func relations() throws {
    let root = try root()
    let divs = try root.nodes(XPath("//div"))
    let last = try #require(try root.first(XPath("//hr")))
    #expect(divs[0].isNamed("div") && !divs[0].isNamed("di") && !divs[0].isNamed("divs"))
    #expect(root.contains(divs[0]) && divs[0].contains(divs[0]) && !divs[0].contains(divs[1]))
    #expect(divs[0].isFollowed && divs[1].isFollowed && !last.isFollowed && !root.isFollowed)
  }
}
