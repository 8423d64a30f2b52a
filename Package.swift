// swift-tools-version: 6.0
import PackageDescription

// Each target names every module that it imports: SwiftPM does not rebuild a target when a module changes that it sees
// through another target only.

let strict: [SwiftSetting] = [.unsafeFlags(["-warnings-as-errors"])]

/// A small library under Sources; `path` is relative to it.
func library(
  _ name: String, at path: String, uses dependencies: [Target.Dependency] = [], exclude: [String] = []
) -> Target {
  .target(
    name: name, dependencies: dependencies, path: "Sources/\(path)", exclude: exclude, swiftSettings: strict)
}

/// A Lambda function: its work as a library that tests and benchmarks import, and an executable of a few lines.
func function(_ name: String, uses dependencies: [Target.Dependency]) -> [Target] {
  let dependencies = dependencies + ["LambdaRuntime", "Pipeline", "Time"]
  return [
    library("\(name)Function", at: name, uses: dependencies, exclude: ["Main"]),
    .executableTarget(
      name: name, dependencies: [.byName(name: "\(name)Function")] + dependencies, path: "Sources/\(name)/Main",
      swiftSettings: strict),
  ]
}

func tests(_ name: String, of targets: Target.Dependency..., resources: [Resource] = []) -> Target {
  .testTarget(
    name: "\(name)Tests", dependencies: targets + ["TestSupport"], path: "Tests/\(name)", resources: resources,
    swiftSettings: strict)
}

/// Needs `-sanitize=fuzzer` on every module: `make fuzz` sets this and builds it apart.
let fuzzing: [Target] =
  Context.environment["FUZZ"] == nil
  ? []
  : [
    .executableTarget(name: "Fuzz", dependencies: ["FuzzTargets"], path: "Tests/Fuzz/Main")
  ]

let package = Package(
  name: "festvibes-etl",
  products: ["DateRangeGenerator", "Scraper", "Loader", "CacheManager", "festvibes"].map {
    .executable(name: $0, targets: [$0])
  },
  dependencies: [
    .package(url: "https://github.com/apple/swift-argument-parser", exact: "1.8.2")
  ],
  targets: [
    .systemLibrary(name: "CCurl", pkgConfig: "libcurl", providers: [.apt(["libcurl4-openssl-dev"])]),
    .systemLibrary(name: "COpenSSL", pkgConfig: "openssl", providers: [.apt(["libssl-dev"])]),
    .systemLibrary(name: "CPostgres", pkgConfig: "libpq", providers: [.apt(["libpq-dev"])]),
    // No pkgConfig: SwiftPM refuses the flags that hiredis asks for.
    .systemLibrary(name: "CHiredis", providers: [.apt(["libhiredis-dev"])]),
    .systemLibrary(name: "CXML2", pkgConfig: "libxml-2.0", providers: [.apt(["libxml2-dev"])]),
    .systemLibrary(name: "CZlib", pkgConfig: "zlib", providers: [.apt(["zlib1g-dev"])]),

    library("Text", at: "Core/Text"),
    library("Time", at: "Core/Time", uses: ["Text"]),
    library("Cryptography", at: "Core/Cryptography", uses: ["COpenSSL"]),
    library("HTTP", at: "Core/HTTP", uses: ["CCurl", "Text", "Time"]),
    library("LambdaRuntime", at: "Core/LambdaRuntime", uses: ["HTTP", "Text", "Time"]),
    library("AWS", at: "Core/AWS", uses: ["Cryptography", "HTTP", "Text", "Time"]),
    library("Postgres", at: "Core/Postgres", uses: ["COpenSSL", "CPostgres", "Time"]),
    library("Redis", at: "Core/Redis", uses: ["CHiredis", "COpenSSL", "Text", "Time"]),
    library("Markup", at: "Core/Markup", uses: ["CXML2"]),
    library("WARC", at: "Core/WARC", uses: ["CZlib", "Cryptography", "Text", "Time"]),

    library("Pipeline", at: "Pipeline/Records", uses: ["LambdaRuntime", "Time"]),
    library("RawStore", at: "Pipeline/RawStore", uses: ["AWS", "Cryptography", "Pipeline", "Time"]),
    library("Secrets", at: "Pipeline/Secrets", uses: ["AWS", "Pipeline", "Time"]),
    library("Warehouse", at: "Pipeline/Warehouse", uses: ["Pipeline", "Postgres", "Text", "Time"]),
    library("EventCache", at: "Pipeline/EventCache", uses: ["Pipeline", "Redis", "Time"]),
  ]
    + function("DateRangeGenerator", uses: [])
    + function("Scraper", uses: ["HTTP", "Markup", "RawStore", "Secrets", "Text", "WARC"])
    + function("Loader", uses: ["RawStore", "Secrets", "Text", "Warehouse"])
    + function("CacheManager", uses: ["EventCache", "Secrets", "Warehouse"])
    + [
      .executableTarget(
        name: "festvibes",
        dependencies: [
          "AWS", "EventCache", "HTTP", "LambdaRuntime", "LoaderFunction", "Pipeline", "RawStore", "ScraperFunction",
          "Secrets", "Text", "Time", "Warehouse",
          .product(name: "ArgumentParser", package: "swift-argument-parser"),
        ],
        swiftSettings: strict),

      .target(name: "TestSupport", dependencies: ["Postgres", "Time"], path: "Tests/Support", swiftSettings: strict),
      .executableTarget(
        name: "Benchmarks",
        dependencies: [
          "EventCache", "LambdaRuntime", "LoaderFunction", "Pipeline", "RawStore", "Redis", "ScraperFunction",
          "TestSupport", "Time", "Warehouse",
        ],
        path: "Tests/Benchmarks", swiftSettings: strict),
      .target(
        name: "FuzzTargets",
        dependencies: [
          "CacheManagerFunction", "DateRangeGeneratorFunction", "HTTP", "LambdaRuntime", "LoaderFunction", "Markup",
          "Pipeline", "RawStore", "Redis", "ScraperFunction", "Time", "WARC", "Warehouse",
        ],
        path: "Tests/Fuzz/Targets", swiftSettings: strict),
      tests("Text", of: "Text"),
      tests("Time", of: "Time"),
      tests("HTTP", of: "HTTP", "Time"),
      tests("LambdaRuntime", of: "HTTP", "LambdaRuntime", "Time"),
      tests("AWS", of: "AWS", "Cryptography", "HTTP", "Time", resources: [.copy("SigV4Suite")]),
      tests("Postgres", of: "Postgres", "Time"),
      tests("Redis", of: "Redis", "Time"),
      tests("Markup", of: "Markup"),
      tests("WARC", of: "Cryptography", "Time", "WARC"),
      tests("Pipeline", of: "EventCache", "Pipeline", "Postgres", "RawStore", "Redis", "Time", "Warehouse"),
      tests("DateRangeGenerator", of: "DateRangeGeneratorFunction", "LambdaRuntime", "Pipeline", "Time"),
      tests("Scraper", of: "HTTP", "LambdaRuntime", "Pipeline", "RawStore", "ScraperFunction", "Time", "WARC"),
      tests("Loader", of: "LambdaRuntime", "LoaderFunction", "Pipeline", "Postgres", "Time", "Warehouse"),
      tests("CacheManager", of: "CacheManagerFunction", "EventCache", "LambdaRuntime", "Pipeline", "Time"),
      tests("festvibes", of: "AWS", "Pipeline", "Time", "Warehouse", "festvibes"),
      tests("StateMachine", of: "AWS", "HTTP", "LoaderFunction", "Pipeline", "Time", "Warehouse"),
      .testTarget(
        name: "FuzzTests", dependencies: ["FuzzTargets", "TestSupport", "WARC"], path: "Tests/Fuzz/Tests",
        resources: [.copy("Seeds")], swiftSettings: strict),
      tests(
        "Integration", of: "AWS", "EventCache", "HTTP", "LambdaRuntime", "Pipeline", "Postgres", "RawStore",
        "ScraperFunction", "Time", "WARC", "Warehouse"),
    ] + fuzzing
)
