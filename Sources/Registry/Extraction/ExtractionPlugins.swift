import CSVParser
import Contracts
import Definitions
import Distinct
import Enrich
import FeedParser
import Fetching
import FileReader
import HTTPExtractor
import JQ
import JQTransform
import JSON
import JSONParser
import LocalTime
import Normalize
import Processing
import Settings
import SpreadsheetParser
import WODParser
import WWOZExtractor
import Window
import XMLParser

/// The plugins that a scraper may use. A new one is one entry of its list.
enum ExtractionPlugins {
  /// Extractors that yield records themselves.
  static let extractors = [
    ExtractorPlugin(form: WWOZExtractor.form) { (definition, section, settings) throws(PipelineError) in
      try WWOZExtractor(definition.dataset, section: section, settings: &settings)
    }
  ]

  /// Readers of bytes, which a parser turns into records.
  static let readers = [
    ReaderPlugin(form: HTTPReader.form) { (definition, section, _) throws(PipelineError) in
      try HTTPReader(definition.dataset, section: section)
    },
    ReaderPlugin(form: HTTPReader.monthlyForm) { (definition, section, _) throws(PipelineError) in
      try HTTPReader(monthly: definition.dataset, section: section)
    },
    ReaderPlugin(form: FileReader.form) { (definition, section, settings) throws(PipelineError) in
      try FileReader(definition, section: section, settings: &settings)
    },
  ]

  static let parsers = [
    ParserPlugin(form: JSONParser.form) { (section, filters) throws(PipelineError) in
      try JSONParser(section: section, filters: filters)
    },
    ParserPlugin(form: CSVParser.form) { (section, _) throws(PipelineError) in try CSVParser(section: section) },
    ParserPlugin(form: FeedParser.form) { (section, _) throws(PipelineError) in try FeedParser(section: section) },
    ParserPlugin(form: XMLParser.form) { (section, _) throws(PipelineError) in try XMLParser(section: section) },
    ParserPlugin(form: WODParser.form) { (section, _) in WODParser(section: section) },
    ParserPlugin(form: ExtensionParser.form) { (section, filters) throws(PipelineError) in
      try ExtensionParser(section: section, filters: filters)
    },
    spreadsheet("spreadsheet"), spreadsheet("bcra_infomondia"), spreadsheet("indec_ipc"),
  ]

  /// - Parameter name: the plugin's, or one that system 002 gives it.
  private static func spreadsheet(_ name: String) -> ParserPlugin {
    ParserPlugin(form: SpreadsheetParser.form(named: name)) { (section, _) throws(PipelineError) in
      try SpreadsheetParser(section: section)
    }
  }

  /// The first transform, which has a section of its own; nil if there is none.
  static let normalize: TransformPlugin? = TransformPlugin(
    form: PluginForm("normalize", "Fields, types and keys.", Normalizer.form)
  ) { (definition, section, _) throws(PipelineError) in try Normalizer(definition.dataset, section: section) }

  /// Makes the reader of a cursor that is a time, as `normalize` reads them.
  static func readTime(
    _ incremental: Section, _ dataset: Dataset
  ) throws(PipelineError) -> @Sendable (JSONValue) -> String? {
    try Normalizer.timeReader(format: incremental.text("format"), of: dataset)
  }

  static let transforms = [
    TransformPlugin(form: JQTransform.form) { (_, section, filters) throws(PipelineError) in
      try JQTransform(section: section, filters: filters)
    },
    TransformPlugin(form: Enricher.form) { (_, section, _) throws(PipelineError) in try Enricher(section: section) },
    TransformPlugin(form: LocalTimes.form) { (_, section, _) throws(PipelineError) in
      try LocalTimes(section: section)
    },
    TransformPlugin(form: Distinct.form) { (_, section, _) in Distinct(section: section) },
    series("series"), series("bcra_infomondia"), series("indec_ipc"),
  ]

  /// - Parameter name: the transform's, or one that system 002 gives it.
  private static func series(_ name: String) -> TransformPlugin {
    TransformPlugin(form: Enricher.seriesForm(named: name)) { _, _, _ in Enricher.ofSeries }
  }

  /// The last transform, of `windowInDays`; nil for a definition without it.
  static func window(of definition: Definition) -> (any Transform)? {
    definition.windowInDays.map { Window(days: $0) }
  }
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

/// A plugin of `parse`. Filters of jq are compiled together: each adds its own to those of the dataset.
struct ParserPlugin: Plugin {
  let form: PluginForm
  let make: @Sendable (Section, JQFilters) throws(PipelineError) -> any Parser
}

/// A plugin of `transform`, and `normalize`.
struct TransformPlugin: Plugin {
  let form: PluginForm
  let make: @Sendable (Definition, Section, JQFilters) throws(PipelineError) -> any Transform
}
