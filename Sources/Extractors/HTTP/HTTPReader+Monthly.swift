import Contracts
import Definitions
import Time

extension HTTPReader {
  /// The keys of `extract` with `plugin: indec_ipc_http`, system 002's name for a file of each month.
  public static let monthlyForm = PluginForm(
    "indec_ipc_http", "System 002's name for `http` with the month in its address, which is that of a zone.",
    SectionForm(
      [
        KeyForm(
          addressKey, .text(.address), isRequired: true,
          "The address: {MM} and {YY} are the month and the year at the time of reading."),
        KeyForm("timezone", .text(.timeZone), standard: monthlyZone, "The zone of the month."),
      ] + form.section.keys.filter { $0.name != "url" }
    ) { section in
      form.section.rule?(withAddress(section)).map { ($0.key == "url" ? addressKey : $0.key, $0.problem) }
    })

  private static let addressKey = "url_template"
  private static let monthlyZone = "America/Argentina/Buenos_Aires"

  /// - Parameter section: a section of `monthlyForm`.
  /// - Throws: as the other initializer.
  public convenience init(
    monthly dataset: Dataset, section: Section, time: any TimeSource = SystemTime()
  ) throws(PipelineError) {
    var local = dataset
    local.timeZone = section.text("timezone") ?? Self.monthlyZone
    try self.init(local, section: Self.withAddress(section), addressKey: Self.addressKey, time: time)
  }

  private static func withAddress(_ section: Section) -> Section {
    Section(
      plugin: section.plugin, values: section.values.map { ($0.key == addressKey ? "url" : $0.key, $0.value) },
      place: section.place)
  }
}
