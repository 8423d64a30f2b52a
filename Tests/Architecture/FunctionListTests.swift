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
