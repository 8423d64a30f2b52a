import Foundation
import OperationsPage
import TestSupport
import Testing

/// A browser without a window, for what only a browser knows: places, sizes, and the colors that apply.
struct Chromium {
  /// The way in which a page is shown.
  struct Screen: CustomTestStringConvertible, Sendable {
    let name: String
    let width: Int
    let height: Int
    var isDark = false

    var testDescription: String { name }

    static let all = [
      Screen(name: "wide", width: 1280, height: 900), Screen(name: "phone", width: 390, height: 844),
      Screen(name: "dark", width: 1280, height: 900, isDark: true),
    ]
  }

  static let program = ["/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome"].first {
    FileManager.default.isExecutableFile(atPath: $0)
  }

  /// The folder for the pictures.
  private static let pictures = ProcessInfo.processInfo.environment["SCREENS"] ?? ""

  /// True if somebody wants the pictures. Without that no test starts a browser: it would slow the others.
  static let isAsked = !pictures.isEmpty

  private let folder = URL(filePath: Self.pictures)

  /// Takes a picture of a page's whole length.
  /// - Returns: the picture's size.
  func picture(of page: [UInt8], _ name: String, _ screen: Screen, height: Int) throws -> (width: Int, height: Int) {
    let picture = folder.appending(path: "\(name).png")
    _ = try run(page, name, screen, height: height, ["--screenshot=\(picture.path)"])
    // The header of a PNG: the size follows the first 16 bytes.
    let header = Array(try Data(contentsOf: picture).prefix(24))
    let number = { (place: Int) in header[place..<place + 4].reduce(0) { $0 << 8 | Int($1) } }
    return (number(16), number(20))
  }

  /// Runs a script in a page, as the page itself never could, and returns what it wrote into the document's title.
  func measure(_ page: [UInt8], _ name: String, _ screen: Screen, _ script: String) throws -> String {
    let text = String(decoding: page, as: UTF8.self)
    // The policy forbids every script.
    let policy = try Regex(#"<meta http-equiv="Content-Security-Policy"[^>]*>"#)
    let open = text.replacing(policy, with: "").replacing("</body>", with: "<script>\(script)</script></body>")
    let document = try run(Array(open.utf8), "\(name)-measured", screen, height: screen.height, ["--dump-dom"])
    let title = try #require(
      document.firstMatch(of: try Regex("<title>([^<]*)</title>", as: (Substring, Substring).self)))
    return String(title.output.1)
  }

  /// The narrowest window of Chromium.
  private static let narrowest = 500

  /// Puts a page into a frame: the page is as narrow as that.
  private static func framed(_ page: [UInt8], width: Int, height: Int) -> [UInt8] {
    let escaped = String(decoding: page, as: UTF8.self).replacing("&", with: "&amp;").replacing("\"", with: "&quot;")
    let style = "border:0;display:block;width:\(width)px;height:\(height)px"
    return Array(
      "<!doctype html><title></title><body style=margin:0><iframe style='\(style)' srcdoc=\"\(escaped)\"></iframe>".utf8
    )
  }

  private func run(_ page: [UInt8], _ name: String, _ screen: Screen, height: Int, _ options: [String]) throws -> String
  {
    let page = screen.width < Self.narrowest ? Self.framed(page, width: screen.width, height: height) : page
    let file = folder.appending(path: "\(name).html")
    let log = folder.appending(path: "\(name).out").path
    try Data(page).write(to: file)
    try? FileManager.default.removeItem(atPath: log)
    defer { try? FileManager.default.removeItem(atPath: log) }
    let scheme =
      screen.isDark ? ["--blink-settings=preferredColorScheme=0"] : ["--blink-settings=preferredColorScheme=1"]
    let child = try ChildProcess(
      try #require(Self.program),
      [
        "--headless", "--no-sandbox", "--disable-gpu", "--hide-scrollbars", "--no-first-run",
        "--disable-background-networking",
        "--user-data-dir=\(folder.path)/profile-\(name)", "--window-size=\(screen.width),\(height)",
      ] + scheme + options + [file.absoluteString],
      environment: ["PATH": "/usr/bin:/bin", "HOME": folder.path, "TMPDIR": folder.path], output: log)
    #expect(child.wait() == 0)
    try? FileManager.default.removeItem(at: folder.appending(path: "profile-\(name)"))
    return (try? String(contentsOfFile: log, encoding: .utf8)) ?? ""
  }
}
