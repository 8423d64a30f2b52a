// swift-tools-version: 6.0
import PackageDescription

// Each target names every module that it imports: SwiftPM does not rebuild a target when a module changes that it sees
// through another target only.

let strict: [SwiftSetting] = [.unsafeFlags(["-warnings-as-errors"])]
/// For code that runs once an invocation, and that every function links: requests, responses, configuration.
let small: [SwiftSetting] = strict + [.unsafeFlags(["-Osize"], .when(configuration: .release))]

/// For loops over every byte of a page, and for what most tests use: without optimization they take several times as long.
let optimized: [SwiftSetting] = [.unsafeFlags(["-O"], .when(configuration: .debug))]
let fast: [SwiftSetting] = strict + optimized

/// A small library under Sources; `path` is relative to it.
func library(
  _ name: String, at path: String, uses dependencies: [Target.Dependency] = [], exclude: [String] = [],
  settings: [SwiftSetting] = strict
) -> Target {
  .target(
    name: name, dependencies: dependencies, path: "Sources/\(path)", exclude: exclude, swiftSettings: settings)
}

/// A Lambda function: its work as a library that tests and benchmarks import, and an executable of a few lines.
/// - Parameter registries: what the executable links beside the list of datasets.
func function(
  _ name: String, links registries: [Target.Dependency], uses dependencies: [Target.Dependency],
  excluding documents: [String] = []
) -> [Target] {
  let dependencies = dependencies + ["Contracts", "FunctionSupport", "LambdaRuntime", "Time"]
  return [
    library("\(name)Function", at: name, uses: dependencies, exclude: ["Main"] + documents),
    .executableTarget(
      name: name, dependencies: [.byName(name: "\(name)Function"), "Datasets"] + registries + dependencies,
      path: "Sources/\(name)/Main",
      swiftSettings: strict),
  ]
}

func tests(
  _ name: String, at path: String? = nil, of targets: Target.Dependency..., resources: [Resource] = [],
  exclude: [String] = []
) -> Target {
  .testTarget(
    name: "\(name)Tests", dependencies: targets + ["TestSupport"], path: "Tests/\(path ?? name)", exclude: exclude,
    resources: resources, swiftSettings: strict)
}

// The plugins. Each is one line here, one folder, and one line in its registry.

let extractors = [
  library(
    "WWOZExtractor", at: "Extractors/WWOZ",
    uses: ["Contracts", "Definitions", "EventRecords", "Fetching", "Markup", "Settings", "Text", "Time"],
    exclude: ["README.md"])
]
let readers = [
  library(
    "HTTPExtractor", at: "Extractors/HTTP",
    uses: [
      "Contracts", "Cryptography", "Definitions", "Fetching", "HTTP", "JSON", "Processing", "Text", "Time",
    ],
    exclude: ["README.md"]),
  library(
    "FileReader", at: "Extractors/File",
    uses: ["AWS", "Contracts", "Definitions", "Fetching", "HTTP", "Processing", "Settings", "Text", "Time"],
    exclude: ["README.md"]),
]
let parsers = [
  library(
    "CSVParser", at: "Parsers/CSV",
    uses: ["Contracts", "Cryptography", "Definitions", "Encodings", "JSON", "Processing", "Text"],
    exclude: ["README.md"], settings: fast),
  library(
    "JSONParser", at: "Parsers/JSON", uses: ["Contracts", "Definitions", "JQ", "JSON", "Processing"],
    exclude: ["README.md"]),
  library(
    "FeedParser", at: "Parsers/Feed",
    uses: [
      "Contracts", "Cryptography", "Definitions", "Encodings", "JSON", "Markup", "Processing", "Text", "Time", "XML",
    ],
    exclude: ["README.md"], settings: fast),
  library(
    "SpreadsheetParser", at: "Parsers/Spreadsheet",
    uses: ["Contracts", "Definitions", "JSON", "Processing", "Spreadsheet", "Text", "Time"], exclude: ["README.md"],
    settings: fast),
  library(
    "WODParser", at: "Parsers/WOD",
    uses: ["Contracts", "Definitions", "JSON", "Markup", "Processing", "Time"], exclude: ["README.md"]),
  library(
    "XMLParser", at: "Parsers/XML",
    uses: ["Contracts", "Definitions", "Encodings", "JSON", "Processing", "XML"], exclude: ["README.md"]),
]
let transforms = [
  library(
    "JQTransform", at: "Transforms/JQ", uses: ["Contracts", "Definitions", "JQ", "JSON", "Processing"],
    exclude: ["README.md"]),
  library(
    "Distinct", at: "Transforms/Distinct", uses: ["Contracts", "Definitions", "JSON", "Processing"],
    exclude: ["README.md"]),
  library(
    "LocalTime", at: "Transforms/LocalTime",
    uses: ["Contracts", "Definitions", "JSON", "Processing", "Text", "Time"], exclude: ["README.md"]),
  library(
    "Enrich", at: "Transforms/Enrich", uses: ["Contracts", "Definitions", "JSON", "Processing", "Time"],
    exclude: ["README.md"]),
  library(
    "Window", at: "Transforms/Window", uses: ["Contracts", "Processing", "Time"], exclude: ["README.md"]),
  library(
    "Normalize", at: "Transforms/Normalize",
    uses: ["Contracts", "Definitions", "JSON", "Markup", "Processing", "Text", "Time"], exclude: ["README.md"]),
]
let sinks = [
  library(
    "ConcertsSink", at: "Sinks/Concerts",
    uses: ["Contracts", "Definitions", "EventRecords", "Ledger", "Postgres", "Settings", "Text", "Time"],
    exclude: ["README.md"], settings: fast),
  library(
    "PostgresSink", at: "Sinks/Postgres",
    uses: ["Contracts", "Cryptography", "Definitions", "JSON", "Ledger", "Postgres", "Routing", "Time"],
    exclude: ["README.md"]),
  library(
    "DynamoDBSink", at: "Sinks/DynamoDB",
    uses: ["AWS", "Contracts", "Cryptography", "Definitions", "DynamoDB", "JSON", "Routing", "Time"],
    exclude: ["README.md"], settings: small),
  library(
    "JSONLinesSink", at: "Sinks/JSONLines",
    uses: ["AWS", "Contracts", "Definitions", "JSON", "Routing", "Text", "Time"], exclude: ["README.md"],
    settings: small + optimized),
  library(
    "KinesisSink", at: "Sinks/Kinesis",
    uses: ["AWS", "Contracts", "Cryptography", "Definitions", "JSON", "Kinesis", "RawStore", "Routing", "Time"],
    exclude: ["README.md"], settings: small),
  library(
    "ObjectsSink", at: "Sinks/Objects",
    uses: ["AWS", "Contracts", "Cryptography", "Definitions", "DynamoDB", "JSON", "Routing", "Time"],
    exclude: ["README.md"], settings: small),
  library(
    "VersionedSink", at: "Sinks/VersionedS3",
    uses: ["AWS", "Contracts", "Definitions", "JSON", "Routing", "Time", "Versions"], exclude: ["README.md"],
    settings: small + optimized),
]
let publishers = [
  library(
    "Completion", at: "Publishers/Completion",
    uses: ["AWS", "Contracts", "Definitions", "JSON", "Settings", "Time"], exclude: ["README.md"], settings: small),
  library(
    "EventCache", at: "Publishers/EventCache",
    uses: ["Contracts", "Definitions", "EventRecords", "Redis", "Settings", "Time"]),
  library(
    "ProcessedZone", at: "Publishers/Processed",
    uses: [
      "AWS", "Compression", "Contracts", "Cryptography", "Definitions", "Ledger", "Postgres", "Settings", "Time",
    ],
    exclude: ["README.md"]),
  library(
    "Projections", at: "Publishers/Projections",
    uses: ["AWS", "Contracts", "Definitions", "JSON", "Time", "Versions"], exclude: ["README.md"], settings: small),
]

/// A registry: the one place that names the plugins of its kind.
func registry(_ name: String, of plugins: [Target], uses dependencies: [Target.Dependency]) -> Target {
  library(name, at: "Registry/\(name)", uses: dependencies + plugins.map { .byName(name: $0.name) })
}

/// Needs `-sanitize=fuzzer` on every module: `make fuzz` sets this and builds it apart.
let fuzzing: [Target] =
  Context.environment["FUZZ"] == nil
  ? []
  : [
    .executableTarget(name: "Fuzz", dependencies: ["FuzzTargets"], path: "Tests/Fuzz/Main")
  ]

/// `make unit FILTER=ScraperTests` sets this: the other test targets are left out, so that they are neither compiled nor
/// linked. Everything else stays as it is, and what was built before is used.
let chosenTests = Context.environment["TESTS"].flatMap { $0.isEmpty ? nil : $0 }

/// `make run ENRICH=1` and `API=1` set these: the executable of an optional function is built only then.
let optionalProducts = [("ENRICH", "Enricher"), ("API", "ReadAPI")]
let leftOut = optionalProducts.filter { Context.environment[$0.0] != "1" }.map(\.1)

func isChosen(_ target: Target) -> Bool {
  guard !leftOut.contains(target.name) else { return false }
  guard let chosenTests else { return true }
  return target.type != .test || target.name == chosenTests
}

let package = Package(
  name: "festvibes-etl",
  products: (["DateRangeGenerator", "Scraper", "Loader", "CacheManager", "festvibes"] + optionalProducts.map(\.1))
    .filter { !leftOut.contains($0) }.map { .executable(name: $0, targets: [$0]) },
  dependencies: [
    .package(url: "https://github.com/apple/swift-argument-parser", exact: "1.8.2")
  ],
  targets: ([
    .systemLibrary(name: "CCurl", pkgConfig: "libcurl", providers: [.apt(["libcurl4-openssl-dev"])]),
    .systemLibrary(name: "COpenSSL", pkgConfig: "openssl", providers: [.apt(["libssl-dev"])]),
    .systemLibrary(name: "CPostgres", pkgConfig: "libpq", providers: [.apt(["libpq-dev"])]),
    // No pkgConfig: SwiftPM refuses the flags that hiredis asks for.
    .systemLibrary(name: "CHiredis", providers: [.apt(["libhiredis-dev"])]),
    .systemLibrary(name: "CICU", pkgConfig: "icu-uc", providers: [.apt(["libicu-dev"])]),
    // Headers only: the library is opened by name when a filter runs.
    .systemLibrary(name: "CJQ", providers: [.apt(["libjq-dev"])]),
    .systemLibrary(name: "CMalloc"),
    .systemLibrary(name: "CXML2", pkgConfig: "libxml-2.0", providers: [.apt(["libxml2-dev"])]),
    .systemLibrary(name: "CYAML", pkgConfig: "yaml-0.1", providers: [.apt(["libyaml-dev"])]),
    .systemLibrary(name: "CZlib", pkgConfig: "zlib", providers: [.apt(["zlib1g-dev"])]),

    library("Text", at: "Core/Text"),
    library("Time", at: "Core/Time", uses: ["Text"], settings: fast),
    library("Cryptography", at: "Core/Cryptography", uses: ["COpenSSL"], settings: fast),
    library("Compression", at: "Core/Compression", uses: ["CZlib", "Text"]),
    library("HTTP", at: "Core/HTTP", uses: ["CCurl", "Compression", "Text", "Time"], settings: fast),
    library("LambdaRuntime", at: "Core/LambdaRuntime", uses: ["HTTP", "Text", "Time"]),
    library("AWS", at: "Core/AWS", uses: ["Cryptography", "HTTP", "Text", "Time"], settings: small),
    library("DynamoDB", at: "Core/DynamoDB", uses: ["AWS", "Time"], settings: small),
    library("Kinesis", at: "Core/Kinesis", uses: ["AWS", "Time"], settings: small),
    library(
      "Postgres", at: "Core/Postgres", uses: ["COpenSSL", "CPostgres", "Cryptography", "Text", "Time"], settings: fast),
    library("Redis", at: "Core/Redis", uses: ["CHiredis", "COpenSSL", "Text", "Time"]),
    library("Encodings", at: "Core/Encodings", uses: ["CICU"], settings: fast),
    library("Markup", at: "Core/Markup", uses: ["CXML2", "Encodings"], settings: fast),
    library("XML", at: "Core/XML", uses: ["CXML2", "Encodings"], settings: fast),
    library("JSON", at: "Core/JSON", settings: fast),
    library("JQ", at: "Core/JQ", uses: ["CJQ", "JSON", "Time"], exclude: ["README.md"]),
    library("YAML", at: "Core/YAML", uses: ["CYAML"]),
    // Debug builds, too, have the compiler's full optimization for it: tests multiply matrices.
    .target(name: "CEmbedding", path: "Sources/Core/CEmbedding", cSettings: [.unsafeFlags(["-O3"])]),
    library(
      "Embedding", at: "Core/Embedding", uses: ["CEmbedding"], exclude: ["README.md", "Weights"], settings: fast),
    // Tests and debug builds compare thousands of names with thousands.
    library("Similarity", at: "Core/Similarity", exclude: ["README.md"], settings: fast),
    // Tests and debug builds read workbooks of megabytes.
    library(
      "Spreadsheet", at: "Core/Spreadsheet", uses: ["Compression", "Time"], exclude: ["README.md"], settings: fast),
    library("WARC", at: "Core/WARC", uses: ["Compression", "Cryptography", "Text", "Time"]),

    library("Contracts", at: "Pipeline/Contracts", uses: ["Text", "Time"], settings: small + optimized),
    // For a person's programs only, the command line and the operators' page.
    library("Advice", at: "Pipeline/Advice", uses: ["Contracts", "Ledger", "Time"]),
    library("Settings", at: "Pipeline/Settings", uses: ["AWS", "Contracts", "Text", "Time"], settings: small),
    library("RawStore", at: "Pipeline/RawStore", uses: ["AWS", "Contracts", "Cryptography", "Settings", "Time"]),
    // No function links it: a folder is for a process on one machine.
    library("RawFolder", at: "Pipeline/RawFolder", uses: ["AWS", "Cryptography", "RawStore", "Time"]),
    library("Checkpoints", at: "Pipeline/Checkpoints", uses: ["AWS", "Contracts", "RawStore", "Time"]),
    library(
      "Fetching", at: "Pipeline/Fetching",
      uses: ["Compression", "Contracts", "Cryptography", "HTTP", "RawStore", "Text", "Time", "WARC"], settings: fast),
    library(
      "Definitions", at: "Pipeline/Definitions", uses: ["Contracts", "Text", "Time", "YAML"], settings: small),
    library(
      "Processing", at: "Pipeline/Processing", uses: ["Contracts", "Definitions", "Fetching", "JSON", "Time"]),
    library(
      "Expectations", at: "Pipeline/Expectations",
      uses: ["Contracts", "Definitions", "JSON", "Routing", "Text", "Time"], settings: fast),
    library(
      "Routing", at: "Pipeline/Routing", uses: ["Contracts", "Definitions", "JSON", "Time"], settings: fast),
    library("Ledger", at: "Pipeline/Ledger", uses: ["Contracts", "Postgres", "Time"]),
    library(
      "Locking", at: "Pipeline/Locking", uses: ["AWS", "Contracts", "Definitions", "DynamoDB", "Time"], settings: small),
    library(
      "Versions", at: "Pipeline/Versions",
      uses: ["AWS", "Contracts", "Cryptography", "Definitions", "JSON", "Text", "Time"], exclude: ["README.md"],
      settings: small + optimized),
    library("EventRecords", at: "Records/Events", uses: ["Contracts"]),

    // What is optional: of these only Enricher and festvibes link any.
    library(
      "Enrichment", at: "Enrichment/Embeddings", uses: ["Contracts", "Cryptography", "Ledger", "Postgres", "Time"]),
    library(
      "Geocoding", at: "Enrichment/Geocoding",
      uses: ["Contracts", "HTTP", "JSON", "Ledger", "Postgres", "Settings", "Text", "Time"], exclude: ["README.md"]),

    library(
      "Links", at: "Enrichment/Links", uses: ["Contracts", "Ledger", "Postgres", "Text", "Time"],
      exclude: ["README.md"], settings: fast),

    // The read API. Of the functions only ReadAPI links any of it.
    library(
      "APIRouting", at: "API/Routing", uses: ["Compression", "Contracts", "Cryptography", "JSON", "Text", "Time"]),
    library("APIServer", at: "API/Server", uses: ["APIRouting", "CMalloc", "Text", "Time"]),
    library(
      "APISupport", at: "API/Support",
      uses: ["APIRouting", "Contracts", "Cryptography", "JSON", "Ledger", "Postgres", "Settings", "Text", "Time"]),

    library(
      "APIData", at: "API/Data",
      uses: ["APIRouting", "APISupport", "Contracts", "JSON", "Ledger", "Postgres", "Time"], settings: fast),
    // For the command line only: no function changes a database for the API.
    library("APISetup", at: "API/Setup", uses: ["Contracts", "Ledger", "Postgres", "Time"]),
    library(
      "APIEvents", at: "API/Events",
      uses: ["APIRouting", "APISupport", "Contracts", "JSON", "Postgres", "Text", "Time", "Versions"]),
    library(
      "OperationsPage", at: "API/Operations",
      uses: [
        "APIHTML", "APIRouting", "APISupport", "Advice", "Contracts", "Cryptography", "Datasets", "Definitions", "JSON",
        "Ledger", "Postgres", "Time",
      ]),
    library("APIHTML", at: "API/HTML"),
    library("APIDocument", at: "API/Document", uses: ["APIHTML", "APIRouting", "JSON"]),
    // For the command line only: the function has no model.
    library(
      "APISearch", at: "API/Search",
      uses: ["APIRouting", "APISupport", "Contracts", "Enrichment", "JSON", "Search", "Time"]),
    library(
      "APIRoutes", at: "API/Routes",
      uses: [
        "APIData", "APIDocument", "APIEvents", "APIRouting", "APISupport", "AWS", "Contracts", "Datasets",
        "Definitions", "OperationsPage", "Settings", "Time", "Versions",
      ]),

    library("FunctionSupport", at: "FunctionSupport", uses: ["Contracts", "LambdaRuntime"]),

    library(
      "Search", at: "Enrichment/Search", uses: ["Contracts", "Enrichment", "Ledger", "Postgres", "Text", "Time"],
      exclude: ["README.md"]),
  ]
    + extractors + readers + parsers + transforms + sinks + publishers
    + [
      registry("Datasets", of: [], uses: ["Contracts", "Definitions", "Settings", "Time"]),
      registry(
        "Extraction", of: extractors + readers + parsers + transforms,
        uses: ["Contracts", "Definitions", "Fetching", "JQ", "JSON", "Processing", "Settings", "Time"]),
      registry(
        "Loading", of: sinks,
        uses: [
          "AWS", "Contracts", "Definitions", "Expectations", "JSON", "Ledger", "Locking", "RawStore", "Routing",
          "Settings", "Time", "Versions",
        ]),
      registry(
        // It reads what one sink holds. Every other would make the cache manager larger.
        "Publishing", of: publishers,
        uses: ["AWS", "ConcertsSink", "Contracts", "Definitions", "Ledger", "Settings", "Time", "Versions"]),
      registry(
        "Enriching", of: [],
        uses: [
          "ConcertsSink", "Contracts", "Definitions", "Embedding", "Enrichment", "Geocoding", "Ledger", "Links",
          "Loading",
          "Search", "Settings", "Time",
        ]),
    ]
    + function("DateRangeGenerator", links: ["Settings"], uses: ["AWS", "Definitions", "JSON", "Text"])
    + function(
      "Scraper", links: ["Checkpoints", "Extraction"],
      uses: ["Definitions", "Fetching", "Locking", "RawStore", "Settings"])
    + function("Loader", links: ["Checkpoints", "Loading"], uses: ["RawStore", "Routing", "Settings"])
    + function("CacheManager", links: ["Publishing"], uses: ["Settings"])
    + function("Enricher", links: ["Enriching"], uses: ["Enrichment", "Settings"], excluding: ["README.md"])
    + function(
      "ReadAPI", links: ["APIRoutes", "APISupport", "RawStore", "Settings"], uses: ["APIRouting", "Text"],
      excluding: ["README.md"])
    + [
      .executableTarget(
        name: "festvibes",
        dependencies: [
          "APIEvents", "APIRoutes", "APIRouting", "APISearch", "APIServer", "APISetup", "APISupport", "AWS",
          "Advice", "CacheManagerFunction",
          "Checkpoints", "Contracts", "Datasets", "DateRangeGeneratorFunction",
          "Definitions", "EnricherFunction", "Enriching", "Enrichment", "EventRecords", "Expectations", "Extraction",
          "Fetching",
          "Geocoding", "HTTP", "JSON", "LambdaRuntime",
          "Ledger", "Links", "LoaderFunction", "Loading", "Locking", "OperationsPage", "Postgres", "Processing",
          "Publishing", "RawFolder", "RawStore", "Routing", "ScraperFunction", "Search", "Settings", "Similarity",
          "Text",
          "Time", "Versions",
          .product(name: "ArgumentParser", package: "swift-argument-parser"),
        ],
        exclude: ["README.md"], swiftSettings: strict),

      .target(
        name: "TestSupport",
        dependencies: [
          "ConcertsSink", "Contracts", "Cryptography", "Datasets", "Definitions", "Ledger", "Postgres", "Settings",
          "Time",
        ],
        path: "Tests/Support", exclude: ["Scraping", "Spreadsheets"],
        swiftSettings: strict),
      .target(
        name: "ScrapingSupport",
        dependencies: [
          "Contracts", "Fetching", "HTTP", "RawStore", "Settings", "TestSupport", "Time", "WWOZExtractor",
        ],
        path: "Tests/Support/Scraping", swiftSettings: strict),
      .target(
        name: "SpreadsheetSupport", dependencies: ["Compression"], path: "Tests/Support/Spreadsheets",
        swiftSettings: strict),
      .executableTarget(
        name: "Benchmarks",
        dependencies: [
          "AWS", "Compression", "ConcertsSink", "Contracts", "Datasets", "Definitions", "Embedding", "EventCache",
          "EventRecords", "Extraction", "Fetching", "LambdaRuntime", "Ledger", "LoaderFunction", "Postgres",
          "PostgresSink", "RawStore", "Redis", "ScraperFunction", "ScrapingSupport", "Settings", "Spreadsheet",
          "TestSupport", "Time",
          "WWOZExtractor",
        ],
        path: "Tests/Benchmarks",
        exclude: [
          "api-requirements.txt", "api.py", "api_legacy.py", "catalog-requirements.txt", "catalog.py",
          "catalog_legacy.py", "embedding-requirements.txt", "embedding_legacy.py", "embedding_reference.py",
          "execute_values.py",
          "requirements.txt", "spreadsheet.py", "versions_reference.py",
        ],
        swiftSettings: strict),
      .target(
        name: "FuzzTargets",
        dependencies: [
          "AWS", "CSVParser", "CacheManagerFunction", "Compression", "ConcertsSink", "Contracts", "Datasets",
          "DateRangeGeneratorFunction", "Definitions", "Embedding", "Encodings", "EventRecords", "Extraction",
          "FeedParser", "Fetching", "Geocoding", "HTTP", "HTTPExtractor", "JQ", "JSON", "JSONParser", "LambdaRuntime",
          "Ledger",
          "LoaderFunction", "Markup",
          "Normalize", "PostgresSink", "Processing", "RawStore", "Redis", "ScraperFunction", "Settings", "Spreadsheet",
          "SpreadsheetParser", "SpreadsheetSupport", "Time", "WARC", "WODParser", "WWOZExtractor", "XMLParser",
        ],
        path: "Tests/Fuzz/Targets", swiftSettings: strict),
      tests("Text", of: "Text"),
      tests("Time", of: "Time"),
      tests("Compression", of: "Compression"),
      tests("HTTP", of: "Compression", "HTTP", "Time"),
      tests("LambdaRuntime", of: "HTTP", "LambdaRuntime", "Text", "Time"),
      tests("AWS", of: "AWS", "Cryptography", "HTTP", "Time", resources: [.copy("SigV4Suite")]),
      tests("Postgres", of: "Postgres", "Time"),
      tests("Redis", of: "Redis", "Time"),
      tests("Encodings", of: "Encodings"),
      tests("Markup", of: "Markup"),
      tests("JSON", of: "JSON"),
      tests(
        "FileReader", of: "CSVParser", "Contracts", "Definitions", "Fetching", "FileReader", "JSON", "LambdaRuntime",
        "Processing", "RawStore", "ScraperFunction", "Settings", "Time", "WARC"),
      tests("CSVParser", of: "CSVParser", "Contracts", "Cryptography", "Definitions", "JSON", "Processing"),
      tests("JSONParser", of: "Contracts", "Definitions", "JQ", "JSON", "JSONParser", "Processing"),
      tests("FeedParser", of: "Contracts", "Definitions", "FeedParser", "JSON", "Processing", "Time"),
      tests(
        "SpreadsheetParser", of: "Contracts", "Definitions", "JSON", "Processing", "Spreadsheet", "SpreadsheetParser",
        "SpreadsheetSupport"),
      tests("Window", of: "Contracts", "JSON", "Processing", "Window"),
      tests("WODParser", of: "Contracts", "Definitions", "JSON", "Processing", "Time", "WODParser"),
      tests("XMLParser", of: "Contracts", "Definitions", "JSON", "Processing", "XMLParser"),
      tests("JQTransform", of: "Contracts", "Definitions", "JQ", "JQTransform", "JSON", "Processing"),
      tests("Distinct", of: "Contracts", "Definitions", "Distinct", "JSON", "Processing", "Time"),
      tests("LocalTime", of: "Contracts", "Definitions", "JSON", "LocalTime", "Processing", "Time"),
      tests("Enrich", of: "Contracts", "Definitions", "Enrich", "JSON", "Processing", "Time"),
      tests("JQ", of: "JQ", "JSON"),
      tests("YAML", of: "YAML"),
      tests("Embedding", of: "Embedding", resources: [.copy("Fixtures")], exclude: ["Golden"]),
      tests("Similarity", of: "Similarity", resources: [.copy("Fixtures")], exclude: ["Golden"]),
      tests(
        "Spreadsheet", of: "Compression", "Spreadsheet", "SpreadsheetSupport", "Time",
        resources: [.copy("Fixtures")], exclude: ["biff.py", "workbooks.py"]),
      tests("WARC", of: "Cryptography", "Time", "WARC"),
      tests("Checkpoints", of: "AWS", "Checkpoints", "ConcertsSink", "Contracts", "Ledger", "RawStore", "Time"),
      tests("RawStore", of: "AWS", "Contracts", "RawFolder", "RawStore", "Time"),
      tests(
        "Fetching", of: "Compression", "Contracts", "Fetching", "HTTP", "RawStore", "ScrapingSupport", "Text", "Time",
        "WARC"),
      tests(
        "WWOZExtractor", of: "Contracts", "EventRecords", "Fetching", "HTTP", "Markup", "RawStore", "ScrapingSupport",
        "Settings", "Time", "WARC", "WWOZExtractor"),
      tests(
        "HTTPExtractor", of: "Contracts", "Definitions", "Fetching", "HTTP", "HTTPExtractor", "JSON", "LambdaRuntime",
        "Processing", "RawStore", "ScraperFunction", "ScrapingSupport", "Text", "Time", "WARC"),
      tests(
        "Locking", of: "AWS", "ConcertsSink", "Contracts", "Definitions", "DynamoDB", "HTTP", "Ledger", "Locking",
        "Postgres", "Time"),
      tests(
        "Kinesis", of: "AWS", "Contracts", "Definitions", "HTTP", "JSON", "Kinesis", "KinesisSink", "LambdaRuntime",
        "LoaderFunction", "RawStore", "Time", resources: [.copy("Fixtures")]),
      tests(
        "DynamoDB", of: "AWS", "Contracts", "Definitions", "DynamoDB", "DynamoDBSink", "HTTP", "JSON", "Time"),
      tests("Ledger", of: "ConcertsSink", "Contracts", "Ledger", "Postgres", "Time"),
      tests("ConcertsSink", of: "ConcertsSink", "Contracts", "EventRecords", "Ledger", "Postgres", "Settings", "Time"),
      tests(
        "Geocoding", of: "ConcertsSink", "Contracts", "Geocoding", "HTTP", "Ledger", "Postgres", "Settings", "Time"),
      tests(
        "PostgresSink", of: "ConcertsSink", "Contracts", "Cryptography", "Definitions", "JSON", "Ledger", "Postgres",
        "PostgresSink", "Routing", "Time", exclude: ["Fragments"]),
      tests(
        "ProcessedZone", of: "AWS", "Compression", "ConcertsSink", "Contracts", "Definitions", "HTTP", "Ledger",
        "Postgres", "ProcessedZone", "Publishing", "Settings", "Time", exclude: ["duckdb_recipe.py"]),
      tests(
        "VersionedSink", of: "AWS", "Contracts", "Definitions", "Extraction", "HTTP", "JSON", "Processing",
        "Projections", "Publishing", "Settings", "SpreadsheetSupport", "Time", "VersionedSink", "Versions", "festvibes"),
      tests(
        "JSONLinesSink", of: "AWS", "Contracts", "Cryptography", "Definitions", "HTTP", "JSON", "JSONLinesSink", "Time"),
      tests(
        "ObjectsSink", of: "AWS", "Contracts", "Cryptography", "Definitions", "DynamoDB", "HTTP", "ObjectsSink", "Time"),
      tests("Completion", of: "AWS", "Completion", "Contracts", "HTTP", "JSON", "Settings", "Time"),
      tests("EventCache", of: "Contracts", "EventCache", "EventRecords", "Redis", "Settings", "Time"),
      tests(
        "DateRangeGenerator", of: "AWS", "Contracts", "Datasets", "DateRangeGeneratorFunction", "Definitions", "HTTP",
        "JSON", "LambdaRuntime", "Time"),
      tests("Contracts", of: "Contracts", "Time"),
      tests("Definitions", of: "Contracts", "Definitions"),
      tests(
        "Datasets", of: "Contracts", "Datasets", "Definitions", "Extraction", "JQ", "JSON", "Loading", "Processing",
        "Publishing", "RawStore", "Settings"),
      tests("Normalize", of: "Contracts", "Definitions", "JSON", "Normalize", "Processing", "Time"),
      tests("Settings", of: "Contracts", "Settings"),
      tests("Architecture", of: "Contracts", "FunctionSupport", "festvibes"),
      tests(
        "Scraper", of: "Contracts", "EventRecords", "Fetching", "HTTP", "LambdaRuntime", "RawStore", "ScraperFunction",
        "ScrapingSupport", "Settings", "Time", "WARC", "WWOZExtractor"),
      tests("Expectations", of: "Contracts", "Definitions", "Expectations", "JSON", "Time"),
      tests(
        "Loader", of: "Contracts", "Definitions", "Expectations", "LambdaRuntime", "LoaderFunction", "Time"),
      tests(
        "Routing", of: "Contracts", "Definitions", "JSON", "LambdaRuntime", "LoaderFunction", "Loading", "Postgres",
        "Routing", "Settings", "Time"),
      tests("CacheManager", of: "CacheManagerFunction", "Contracts", "LambdaRuntime", "Time"),
      tests(
        "Enrichment", of: "ConcertsSink", "Contracts", "Embedding", "Enrichment", "EventRecords", "Ledger", "Postgres",
        "Time"),
      tests(
        "Enricher", of: "Contracts", "Datasets", "EnricherFunction", "Enriching", "Enrichment",
        "LambdaRuntime", "Settings", "Time"),
      tests(
        "Documentation", of: "Settings", "festvibes",
        .product(name: "ArgumentParser", package: "swift-argument-parser")),
      tests(
        "festvibes", of: "APISupport", "AWS", "Advice", "ConcertsSink", "Contracts", "Datasets", "Definitions",
        "EnricherFunction", "EventCache", "EventRecords", "Enrichment", "Fetching", "HTTP", "JSON", "Ledger", "Loading",
        "Postgres", "Processing", "Redis", "Search", "Settings", "SpreadsheetSupport", "Text", "Time", "festvibes"),
      tests(
        "Links", of: "ConcertsSink", "Contracts", "Ledger", "Links", "Postgres", "Time",
        resources: [.copy("Fixtures")]),
      tests("Search", of: "ConcertsSink", "Contracts", "Enrichment", "Ledger", "Postgres", "Search", "Text", "Time"),
      tests("APIRouting", at: "API/Routing", of: "APIRouting", "Compression", "Contracts", "JSON", "Time"),
      tests("APIServer", at: "API/Server", of: "APIRouting", "APIServer", "Time"),
      tests(
        "OperationsPage", at: "API/Operations",
        of: "APIHTML", "APIRouting", "APISupport", "Advice", "ConcertsSink", "Contracts", "Cryptography", "Datasets",
        "Definitions", "Ledger", "OperationsPage", "Postgres", "Settings", "Time"),
      tests(
        "APIData", at: "API/Data",
        of: "APIData", "APIRouting", "APISetup", "APISupport", "ConcertsSink", "Contracts", "JSON", "Ledger",
        "Postgres",
        "Settings", "Time"),
      tests(
        "APIEvents", at: "API/Events",
        of: "APIDocument", "APIEvents", "APIHTML", "APIRouting", "APIRoutes", "APISearch", "APISupport", "AWS",
        "ConcertsSink", "Contracts", "EventRecords", "JSON", "Ledger", "Postgres", "Settings", "Time", "Versions"),
      tests(
        "ReadAPI", of: "APIRouting", "Contracts", "JSON", "LambdaRuntime", "ReadAPIFunction", "Time"),
      tests("StateMachine", of: "AWS", "Advice", "Contracts", "HTTP", "Time"),
      .testTarget(
        name: "FuzzTests", dependencies: ["FuzzTargets", "TestSupport", "WARC"], path: "Tests/Fuzz/Tests",
        resources: [.copy("Seeds")], swiftSettings: strict),
      tests(
        "Integration", of: "AWS", "ConcertsSink", "Contracts", "Datasets", "DynamoDB", "EventCache", "EventRecords",
        "Fetching",
        "HTTP", "LambdaRuntime", "Ledger", "Postgres", "RawStore", "Redis", "ScraperFunction", "Settings", "Time",
        "WWOZExtractor",
        exclude: ["Fixtures", "compare_builds.py", "local_functions.py", "deploy_copy.py", "record_fixture.py"]),
    ] + fuzzing).filter(isChosen)
)
