import Foundation
import TestSupport
import Testing

/// The layers of Sources/README.md: dependencies point one way, and only plugins know what they are about.
@Suite("Layers")
struct LayerTests {
  private static let functions = ["DateRangeGenerator", "Scraper", "Loader", "CacheManager", "Enricher", "ReadAPI"]

  @Test("No WWOZ and no concerts in Core, Pipeline and the functions")
  func generic() throws {
    for folder in ["Core", "Pipeline", "FunctionSupport"] + Self.functions {
      for file in try SourceFiles.swift(below: "Sources/\(folder)") {
        let lowercased = file.text.lowercased()
        guard lowercased.contains("wwoz") || lowercased.contains("concert") else { continue }
        for line in file.text.split(separator: "\n") where line.contains(/(?i)wwoz|concert/) {
          Issue.record("\(file.path): \(line)")
        }
      }
    }
  }

  @Test("No plugin's name in Pipeline/Definitions: what a plugin needs is a member of its form")
  func pluginNames() throws {
    var names: Set<String> = []
    for folder in ["Extractors", "Parsers", "Transforms", "Sinks", "Publishers", "Pipeline/Versions"] {
      for file in try SourceFiles.swift(below: "Sources/\(folder)") {
        let found = file.text.matches(of: /(?:PluginForm\(\s*|static let plugin = )"(\w+)"/)
        names.formUnion(found.map { String($0.output.1) })
      }
    }
    // The others are words of other meanings, too, such as file and postgres.
    names = names.filter { $0.contains("_") }
    #expect(names.isSuperset(of: ["s3_versioned", "event_cache", "indec_ipc_http"]))
    for file in try SourceFiles.swift(below: "Sources/Pipeline/Definitions") {
      for name in names where file.text.contains(name) { Issue.record("\(file.path) names the plugin \(name)") }
    }
  }

  @Test("Pipeline does not import the Lambda runtime")
  func pipeline() throws {
    for file in try SourceFiles.swift(below: "Sources/Pipeline") {
      #expect(!imports(of: file).contains("LambdaRuntime"), "\(file.path)")
      #expect(!imports(of: file).contains("FunctionSupport"), "\(file.path)")
    }
  }

  @Test("Core imports neither Pipeline nor plugins, plugins do not import each other, only registries name them")
  func direction() throws {
    let pipeline: Set = [
      "Contracts", "Settings", "Definitions", "Processing", "Fetching", "RawStore", "Ledger", "Routing",
    ]
    let plugins = try plugins()
    let registries: Set = ["Datasets", "Extraction", "Loading", "Publishing", "Enriching"]
    for file in try SourceFiles.swift(below: "Sources") {
      let imported = imports(of: file)
      let allowed: Set<String> =
        switch file.path.split(separator: "/")[1] {
        case "Core", "Records": []
        case "Pipeline": pipeline
        case "Extractors", "Parsers", "Transforms", "Sinks", "Publishers": pipeline
        case "Registry": pipeline.union(plugins).union(registries)
        default: pipeline.union(registries)
        }
      let known = pipeline.union(plugins).union(registries)
      let own = file.path.hasPrefix("Sources/festvibes") ? plugins : []
      for name in imported.intersection(known).subtracting(allowed).subtracting(own) {
        // Records know the contract by which their keys are found.
        if file.path.hasPrefix("Sources/Records"), name == "Contracts" { continue }
        Issue.record("\(file.path) imports \(name)")
      }
    }
  }

  @Test("Foundation, which costs a function 45 MB, is imported by the command line only")
  func foundation() throws {
    for file in try SourceFiles.swift(below: "Sources") where !file.path.hasPrefix("Sources/festvibes/") {
      #expect(!imports(of: file).contains("Foundation"), "\(file.path)")
    }
  }

  /// The modules of all plugins, from the package's manifest.
  private func plugins() throws -> Set<String> {
    let manifest = try SourceFiles.text(of: "Package.swift")
    let kinds = ["Extractors", "Parsers", "Transforms", "Sinks", "Publishers"]
    var plugins: Set<String> = []
    for kind in kinds {
      let found = manifest.matches(of: try Regex(#"library\(\s*"(\w+)", at: "\#(kind)/(\w+)""#))
      let folders = found.compactMap { $0.output[2].substring.map(String.init) }
      // A folder whose target is declared in another form would go unnoticed.
      #expect(try SourceFiles.folders(in: "Sources/\(kind)") == Set(folders), "\(kind)")
      plugins.formUnion(found.compactMap { $0.output[1].substring.map(String.init) })
    }
    return plugins
  }

  private func imports(of file: SourceFiles.File) -> Set<String> {
    // As bytes: in a debug build characters and regular expressions take ten times as long.
    let lines = file.text.utf8.split(separator: 0x0A)
    return Set(
      lines.compactMap { line in
        for start in ["import ", "package import ", "@testable import "] where line.starts(with: start.utf8) {
          return String(line.dropFirst(start.utf8.count))
        }
        return nil
      })
  }
}
