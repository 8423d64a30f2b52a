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
  let dependencies = dependencies + ["Contracts", "FunctionSupport", "LambdaRuntime", "Time"]
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

    library("Time", at: "Core/Time"),
    library("Cryptography", at: "Core/Cryptography", uses: ["COpenSSL"]),
    library("HTTP", at: "Core/HTTP", uses: ["CCurl", "Time"]),
    library("LambdaRuntime", at: "Core/LambdaRuntime", uses: ["HTTP", "Time"]),
    library("AWS", at: "Core/AWS", uses: ["Cryptography", "HTTP", "Time"]),
    library("Postgres", at: "Core/Postgres", uses: ["COpenSSL", "CPostgres", "Time"]),
    library("Redis", at: "Core/Redis", uses: ["CHiredis", "COpenSSL", "Time"]),
    library("Markup", at: "Core/Markup", uses: ["CXML2"]),
    library("WARC", at: "Core/WARC", uses: ["CZlib", "Cryptography", "Time"]),

    library("Contracts", at: "Pipeline/Contracts", uses: ["Time"]),
    library("Settings", at: "Pipeline/Settings", uses: ["AWS", "Contracts", "Time"]),
    library("RawStore", at: "Pipeline/RawStore", uses: ["AWS", "Contracts", "Cryptography", "Settings", "Time"]),
    library(
      "Fetching", at: "Pipeline/Fetching", uses: ["Contracts", "Cryptography", "HTTP", "RawStore", "Time", "WARC"]),
    library("EventRecords", at: "Records/Events", uses: ["Contracts"]),

    library(
      "WWOZExtractor", at: "Extractors/WWOZ",
      uses: ["Contracts", "EventRecords", "Fetching", "Markup", "Settings", "Time"]),
    library(
      "ConcertsSink", at: "Sinks/Concerts", uses: ["Contracts", "EventRecords", "Postgres", "Settings", "Time"]),
    library("EventCache", at: "Publishers/EventCache", uses: ["Contracts", "EventRecords", "Redis", "Settings", "Time"]),

    library("FunctionSupport", at: "FunctionSupport", uses: ["Contracts", "LambdaRuntime"]),
  ]
    + function("DateRangeGenerator", uses: [])
    + function("Scraper", uses: ["Fetching", "RawStore", "Settings"])
    + function("Loader", uses: ["ConcertsSink", "EventRecords", "RawStore", "Settings"])
    + function("CacheManager", uses: ["ConcertsSink", "EventCache", "EventRecords", "Settings"])
    + [
      .executableTarget(
        name: "festvibes",
        dependencies: [
          "AWS", "ConcertsSink", "Contracts", "EventCache", "EventRecords", "Fetching", "HTTP", "LambdaRuntime",
          "LoaderFunction", "RawStore", "ScraperFunction", "Settings", "Time",
          .product(name: "ArgumentParser", package: "swift-argument-parser"),
        ],
        swiftSettings: strict),

      .target(
        name: "TestSupport", dependencies: ["Postgres", "Time"], path: "Tests/Support", exclude: ["Scraping"],
        swiftSettings: strict),
      .target(
        name: "ScrapingSupport",
        dependencies: [
          "Contracts", "Fetching", "HTTP", "RawStore", "Settings", "TestSupport", "Time", "WWOZExtractor",
        ],
        path: "Tests/Support/Scraping", swiftSettings: strict),
      .executableTarget(
        name: "Benchmarks",
        dependencies: [
          "ConcertsSink", "Contracts", "EventCache", "EventRecords", "Fetching", "LambdaRuntime", "LoaderFunction",
          "RawStore", "Redis", "ScraperFunction", "TestSupport", "Time", "WWOZExtractor",
        ],
        path: "Tests/Benchmarks", swiftSettings: strict),
      .target(
        name: "FuzzTargets",
        dependencies: [
          "CacheManagerFunction", "ConcertsSink", "Contracts", "DateRangeGeneratorFunction", "EventRecords", "Fetching",
          "HTTP", "LambdaRuntime", "LoaderFunction", "Markup", "RawStore", "Redis", "ScraperFunction", "Time", "WARC",
          "WWOZExtractor",
        ],
        path: "Tests/Fuzz/Targets", swiftSettings: strict),
      tests("Time", of: "Time"),
      tests("HTTP", of: "HTTP", "Time"),
      tests("LambdaRuntime", of: "HTTP", "LambdaRuntime", "Time"),
      tests("AWS", of: "AWS", "Cryptography", "HTTP", "Time"),
      tests("Postgres", of: "Postgres", "Time"),
      tests("Redis", of: "Redis", "Time"),
      tests("Markup", of: "Markup"),
      tests("WARC", of: "Cryptography", "Time", "WARC"),
      tests("RawStore", of: "AWS", "Contracts", "RawStore", "Time"),
      tests("Fetching", of: "Contracts", "Fetching", "HTTP", "RawStore", "ScrapingSupport", "Time", "WARC"),
      tests(
        "WWOZExtractor", of: "Contracts", "EventRecords", "Fetching", "HTTP", "Markup", "RawStore", "ScrapingSupport",
        "Settings", "Time", "WARC", "WWOZExtractor"),
      tests("ConcertsSink", of: "ConcertsSink", "Contracts", "EventRecords", "Postgres", "Settings", "Time"),
      tests("EventCache", of: "Contracts", "EventCache", "EventRecords", "Redis", "Settings", "Time"),
      tests("DateRangeGenerator", of: "Contracts", "DateRangeGeneratorFunction", "LambdaRuntime", "Time"),
      tests(
        "Scraper", of: "Contracts", "EventRecords", "Fetching", "HTTP", "LambdaRuntime", "RawStore", "ScraperFunction",
        "ScrapingSupport", "Settings", "Time", "WARC", "WWOZExtractor"),
      tests(
        "Loader", of: "ConcertsSink", "Contracts", "EventRecords", "LambdaRuntime", "LoaderFunction", "Postgres", "Time"),
      tests("CacheManager", of: "CacheManagerFunction", "Contracts", "EventCache", "EventRecords", "LambdaRuntime", "Time"),
      tests("festvibes", of: "AWS", "ConcertsSink", "Contracts", "EventRecords", "Settings", "Time", "festvibes"),
      tests("StateMachine", of: "AWS", "ConcertsSink", "Contracts", "HTTP", "LoaderFunction", "Time"),
      .testTarget(
        name: "FuzzTests", dependencies: ["FuzzTargets", "TestSupport", "WARC"], path: "Tests/Fuzz/Tests",
        resources: [.copy("Seeds")], swiftSettings: strict),
      tests(
        "Integration", of: "AWS", "ConcertsSink", "Contracts", "EventCache", "EventRecords", "Fetching", "HTTP",
        "LambdaRuntime", "Postgres", "RawStore", "ScraperFunction", "Settings", "Time", "WARC", "WWOZExtractor"),
    ] + fuzzing
)
