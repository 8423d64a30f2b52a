import Contracts
import Foundation
import TestSupport
import Testing

@testable import festvibes

/// terraform/functions.yaml is the one list of functions. What Swift has to repeat agrees with it.
@Suite("List of functions")
struct FunctionListTests {
  /// The products by the functions' names, in the form of the file: a name starts its line, `product:` is indented.
  private static func products() throws -> [String: String] {
    var products: [String: String] = [:]
    var name: String?
    for line in try SourceFiles.text(of: "terraform/functions.yaml").split(separator: "\n") {
      if let match = line.wholeMatch(of: /([a-z][a-z-]*):/) { name = String(match.output.1) }
      if let name, let match = line.wholeMatch(of: #/  product: ([A-Za-z]+)/#) {
        products[name] = String(match.output.1)
      }
    }
    return products
  }

  @Test("festvibes invoke knows every function")
  func invoke() throws {
    let products = try Self.products()
    #expect(products.count >= 4)
    #expect(InvokeCommand.products == Dictionary(uniqueKeysWithValues: products.map { ($1, "festvibes-\($0)") }))
    let entries = try SourceFiles.text(of: "terraform/functions.yaml").components(separatedBy: "\n\n")
    let optional = entries.filter { $0.contains("\n  optional: ") }.compactMap { entry in
      entry.firstMatch(of: #/\n  product: ([A-Za-z]+)/#).map { String($0.output.1) }
    }
    #expect(!optional.isEmpty && InvokeCommand.optionalProducts == Set(optional))
  }

  /// The programs that build, push and deploy read the list by this script.
  @Test(
    "terraform/functions leaves out what is optional, unless its variable is 1", arguments: [nil, "0", "1"], [nil, "1"])
  func optional(enrich: String?, api: String?) throws {
    let output = FileManager.default.temporaryDirectory.appending(path: "functions-\(UUID().uuidString)")
    defer { try? FileManager.default.removeItem(at: output) }
    let process = try ChildProcess(
      SourceFiles.root.appending(path: "terraform/functions").path, [],
      environment: ["PATH": "/usr/bin:/bin"].merging(["ENRICH": enrich, "API": api].compactMapValues { $0 }) { $1 },
      output: output.path)
    #expect(process.wait() == 0)
    let lines = try String(contentsOf: output, encoding: .utf8).split(separator: "\n").map { $0.split(separator: " ") }
    #expect(lines.contains(["scraper", "Scraper", "libjq.so.1"]) && lines.contains(["loader", "Loader"]))
    var products = try Self.products()
    if enrich != "1" { products["enricher"] = nil }
    if api != "1" { products["read-api"] = nil }
    #expect(Dictionary(uniqueKeysWithValues: lines.map { (String($0[0]), String($0[1])) }) == products)
  }

  @Test("A scraper is stopped after the time that check compares with the locks'")
  func scraperTimeout() throws {
    let list = try SourceFiles.text(of: "terraform/functions.yaml")
    let scraper = try #require(
      list.components(separatedBy: "\nscraper:").last?.components(separatedBy: "\nloader:").first)
    #expect(scraper.contains("\n  timeout: \(Limits.scraperTimeout.components.seconds)\n"))
  }

  @Test("Package.swift has a product for every function")
  func package() throws {
    let package = try SourceFiles.text(of: "Package.swift")
    for product in try Self.products().values {
      #expect(package.contains("function(\"\(product)\"") || package.contains("function(\n      \"\(product)\""))
    }
  }
}
