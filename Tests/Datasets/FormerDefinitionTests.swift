import Contracts
import Definitions
import Extraction
import Foundation
import JSON
import Loading
import Processing
import Publishing
import Testing

/// Definitions as system 002 wrote them, unchanged.
@Suite("Definitions of system 002")
struct FormerDefinitionTests {
  /// configs/indec_ipc.yml of system 002, with two of its series.
  private static let indecFile = """
    dataset_id: indec_ipc
    provider: INDEC
    frequency: M
    source:
      kind: indec_ipc_http
      url_template: https://www.indec.gob.ar/ftp/cuadros/economia/sh_ipc_{MM}_{YY}.xls
      timezone: America/Argentina/Buenos_Aires
      format: xls
    parse:
      plugin: indec_ipc
    normalize:
      plugin: indec_ipc
      primary_keys:
        - obs_time
        - internal_series_code
      timezone: America/Argentina/Buenos_Aires
    transform:
      plugin: indec_ipc
    load:
      plugin: s3_versioned
      bucket: ingestor-datasets
      aws_region: us-east-1
      partition_strategy: series_year_month
      projection:
        copy_workers: 10
        merge_workers: 5
    state:
      kind: file
      path: datasets/indec_ipc/state.json
    lock: null
    parse_config:
      file_type: series
      series_map:
        - internal_series_code: INDEC_IPC_VARIACION_MENSUAL_PCT_M
          unit: pct
          frequency: M
          sheet: Variación mensual IPC Nacional
          fecha_row: 6
          fecha_start_col: B
          valor_row: 10
          valor_start_col: B
          drop_na: true
        - internal_series_code: INDEC_IPC_VARIACION_INTERANUAL_PCT_M
          unit: pct
          frequency: M
          sheet: Var. interanual IPC Nacional
          fecha_row: 6
          fecha_start_col: B
          valor_row: 10
          valor_start_col: B
          drop_na: true

    """

  /// configs/bcra_infomondia_series.yml of system 002, with two of its series.
  private static let bcraFile = """
    dataset_id: bcra_infomondia_series
    provider: BCRA
    frequency: D
    source:
      kind: http
      url: https://www.bcra.gob.ar/Pdfs/PublicacionesEstadisticas/series.xlsm
      format: xlsx
    parse:
      plugin: bcra_infomondia
    normalize:
      plugin: bcra_infomondia
      primary_keys:
        - obs_time
        - internal_series_code
      timezone: America/Argentina/Buenos_Aires
    transform:
      plugin: bcra_infomondia
    load:
      plugin: s3_versioned
      bucket: ingestor-datasets
      aws_region: us-east-1
      partition_strategy: series_year_month
      projection:
        copy_workers: 10
        merge_workers: 5
    state:
      kind: file
      path: datasets/bcra_infomondia_series/state.json
    lock: null
    parse_config:
      file_type: series
      header_search_max_rows: 30
      series_map:
        - {internal_series_code: BCRA_TC_OFICIAL_A3500_PESOSxUSD_D, unit: ARS_per_USD, frequency: D, sheet: RESERVAS, header_row: 8, skip_rows_after_header: 2, date_col: A, value_col: P, drop_na: True}
        - {internal_series_code: BCRA_RESERVAS_USD_M_D, unit: USD_millions, frequency: D, sheet: RESERVAS, header_row: 8, date_col: A, value_col: C, drop_na: True}

    """

  private func read(
    _ text: String, _ plugins: KnownPlugins = ExtractionRegistry.known
  ) -> (definition: Definition?, problems: [String]) {
    let (definition, problems) = Definition.read(Array(text.utf8), file: "d.yaml", plugins: plugins) { _, _ in nil }
    return (definition, problems.map { "\($0)" })
  }

  @Test("The file of INDEC is read as it is; what was never read only warns")
  func indec() throws {
    let (read, problems) = read(Self.indecFile)
    #expect(
      problems.map { String($0.prefix { $0 != "i" }) } == [
        "d.yaml:2:1: prov", "d.yaml:3:1: frequency: warn", "d.yaml:8:3: source.format: warn",
        "d.yaml:32:3: parse_conf",
      ] && problems.allSatisfy { $0.contains("warning: it is ignored") }, "\(problems)")
    let definition = try #require(read)
    #expect(definition.dataset.id == "indec_ipc" && definition.dataset.extractor == "indec_ipc_http")
    #expect(definition.dataset.dataType == "series" && definition.dataset.source == "indec_ipc")
    #expect(definition.extract.text("timezone") == "America/Argentina/Buenos_Aires" && definition.lock == nil)
    #expect(definition.parse?.sections("series_map").count == 2)
    // Only programs that know the sinks know that one notes the last times of series.
    #expect(definition.dataset.state == nil && definition.dataset.watermarks == nil)
    let dataset = try #require(self.read(Self.indecFile, LoadingRegistry.known).definition).dataset
    #expect(dataset.state == nil && dataset.watermarks?.bucketKey == "datasets/indec_ipc/state.json")
    #expect(try ExtractionRegistry.check(definition).isEmpty)
  }

  @Test("The file of the BCRA is read as it is, and its True is true")
  func bcra() throws {
    let (read, problems) = read(Self.bcraFile)
    #expect(problems.count == 5 && problems.allSatisfy { $0.contains("warning: it is ignored") }, "\(problems)")
    let definition = try #require(read)
    #expect(definition.dataset.extractor == "http")
    #expect(definition.parse?.sections("series_map").map { $0.flag("drop_na") } == [true, true])
    #expect(try ExtractionRegistry.check(definition).isEmpty)
  }

  @Test("A program that knows no plugins reads the names", arguments: [indecFile, bcraFile])
  func names(_ text: String) throws {
    let (read, problems) = read(text, KnownPlugins())
    #expect(problems.count == 2, "\(problems)")
    let definition = try #require(read)
    #expect(definition.dataset.dataType == "series" && definition.dataset.watermarks == nil)
  }

  @Test("windowInDays is for sinks of time series, and not beside soft_delete")
  func windowSinks() {
    let plugins = LoadingRegistry.known
    let head = "dataset_id: d\ndata_type: items\nextract: {plugin: http}\nwindowInDays: 30\nload:\n"
    let table = "  - {plugin: postgres, table: items, key: [id], columns: {id: text}"
    let series = "  - {plugin: s3_versioned, bucket: abc}\n"
    #expect(read(head + series, plugins).problems.isEmpty)
    #expect(read(head + series + table + "}\n", plugins).problems.isEmpty)
    let alone = read(head + table + "}\n", plugins).problems
    #expect(alone.count == 1 && alone[0].contains("windowInDays: it leaves out points by their obs_time"), "\(alone)")
    let both = read(head + series + table + ", soft_delete: true}\n", plugins).problems
    #expect(
      both.count == 1 && both[0].contains("windowInDays: it leaves older points out, and load[1].soft_delete"),
      "\(both)")
  }

  @Test("A plugin is not named by a variable, which the programs that know a part of the plugins do not read")
  func variable() {
    for plugins in [LoadingRegistry.known, PublishingRegistry.known] {
      let found = read(
        "dataset_id: d\ndata_type: items\nextract: {plugin: http}\nload: {plugin: '${SINK:-s3_versioned}', bucket: abc}\n",
        plugins)
      #expect(found.definition == nil)
      #expect(
        found.problems.count == 1 && found.problems[0].contains("load.plugin: a plugin is named itself"),
        "\(found.problems)")
    }
  }

  @Test("Its normalization and its enrichment make points of the parser's records (F41)")
  func stages() throws {
    let definition = try #require(read(Self.bcraFile).definition)
    let transforms = try ExtractionRegistry.stages(of: definition).transforms
    var records = Records(
      ["2007-12-30T00:00:00", "2008-10-19T00:00:00", "2007-12-30T00:00:00"].enumerated().map { index, time in
        SourceRecord(
          JSONObject([
            ("obs_time", .string(time)), ("internal_series_code", "X"), ("value", .number(JSONNumber(index))),
            ("unit", "u"), ("frequency", "D"),
          ]), origin: "urn:uuid:1#RESERVAS!P\(index + 10)")
      })
    let context = TransformContext(
      dataset: definition.dataset, item: try WorkItem(id: "all"), readAt: Date(timeIntervalSince1970: 1_717_185_600))
    for transform in transforms { records = try transform.apply(records, context) }
    // At midnight the clocks were put forward: the offset before the change makes it an hour later.
    #expect(
      records.records.map { JSONValue.object($0.fields).text } == [
        #"{"obs_time":"2007-12-30T01:00:00-02:00","internal_series_code":"X","value":0,"unit":"u","frequency":"D","collection_date":"2024-05-31T20:00:00.000Z"}"#,
        #"{"obs_time":"2008-10-19T01:00:00-02:00","internal_series_code":"X","value":1,"unit":"u","frequency":"D","collection_date":"2024-05-31T20:00:00.000Z"}"#,
      ])
    #expect(
      records.rejected.map(\.problem.reason) == [
        "X: RESERVAS!P12: obs_time, internal_series_code: an earlier record of this item has the same key and other content, and stands"
      ])
  }

  @Test("windowInDays is the last transform")
  func window() throws {
    let definition = try #require(read(Self.bcraFile + "windowInDays: 30\n").definition)
    #expect(definition.windowInDays == 30)
    #expect(try ExtractionRegistry.stages(of: definition).transforms.count == 3)
    let plain = try #require(read(Self.bcraFile).definition)
    #expect(try ExtractionRegistry.stages(of: plain).transforms.count == 2)
  }

  @Test(
    "Problems name the keys of the file, at their places",
    arguments: [
      ("  kind: http\n", "  kind: ftp\n", "d.yaml:5:9: source.kind: it is 'ftp'"),
      ("  format: xlsx\n", "  formatt: xlsx\n", "d.yaml:7:3: source.formatt: it is not known"),
      ("  url: https", "  url: ftp", "d.yaml:6:8: source.url: it is 'ftp"),
      ("value_col: C", "value_col: 7", "parse_config.series_map[1].value_col"),
      ("header_row: 8, date", "header_row: eight, date", "parse_config.series_map[1].header_row"),
      ("parse:\n", "parse_:\n", "parse_config: its keys belong to `parse`, which is missing"),
      ("  plugin: s3_versioned\n", "  plugin: kinesis\n", "load.bucket: it is not known"),
      ("source:\n", "source: bcra\nsource_:\n", "extract: it is missing"),
      ("normalize:\n", "normalize:\n  fields: {a: {}}\n", "normalize.fields: bcra_infomondia says the fields itself"),
    ])
  func problems(old: String, new: String, problem: String) throws {
    let text = Self.bcraFile.replacing(old, with: new)
    #expect(text != Self.bcraFile)
    // A program that knows no sinks does not judge what they need.
    let found = (read(text).problems + read(text, LoadingRegistry.known).problems).filter { !$0.contains("warning") }
    #expect(found.contains { $0.contains(problem) }, "\(found)")
  }

  @Test("source beside extract is a name, and a key may not be in parse and parse_config")
  func mixed() throws {
    let both = read(Self.bcraFile + "extract: {plugin: http, url: \"https://x.example/\"}\n").problems
    #expect(both.contains { $0.hasPrefix("d.yaml:5:3: source: it must be 1 to 64") }, "\(both)")
    let twice = read(Self.bcraFile.replacing("parse:\n", with: "parse:\n  series_map: []\n")).problems
    #expect(twice.contains { $0.contains("parse_config: its keys belong to `parse`") }, "\(twice)")
  }
}
