import Contracts
import Definitions
import Fetching
import Processing
import Settings
import WWOZExtractor

/// The plugins that a scraper may use. A new one is one entry of its list.
enum ExtractionPlugins {
  /// Extractors that yield records themselves.
  static let extractors = [
    ExtractorPlugin(form: WWOZExtractor.form) { (definition, section, settings) throws(PipelineError) in
      try WWOZExtractor(definition.dataset, section: section, settings: &settings)
    }
  ]

  /// Readers of bytes, which a parser turns into records.
  static let readers: [ReaderPlugin] = []

  static let parsers: [ParserPlugin] = []

  /// The first transform, which has a section of its own; nil if there is none.
  static let normalize: TransformPlugin? = nil

  static let transforms: [TransformPlugin] = []
}

/// A plugin of `extract` that yields records itself.
struct ExtractorPlugin: Plugin {
  let form: PluginForm
  let make: @Sendable (Definition, Section, inout Configuration) throws(PipelineError) -> any Extractor
}

/// A plugin of `extract` that reads bytes.
struct ReaderPlugin: Plugin {
  let form: PluginForm
  let make: @Sendable (Definition, Section, inout Configuration) throws(PipelineError) -> any BodyReader
}

/// A plugin of `parse`.
struct ParserPlugin: Plugin {
  let form: PluginForm
  let make: @Sendable (Definition, Section) throws(PipelineError) -> any Parser
}

/// A plugin of `transform`, and `normalize`.
struct TransformPlugin: Plugin {
  let form: PluginForm
  let make: @Sendable (Definition, Section) throws(PipelineError) -> any Transform
}
