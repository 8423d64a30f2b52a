import Definitions

extension WWOZExtractor {
  /// The section `extract` of a dataset of this site. The variables of the environment win over its keys.
  public static let form = PluginForm(
    "wwoz_livewire", "The WWOZ Livewire calendar, a day for each item. It yields records itself, without a parser.",
    SectionForm([
      KeyForm("base_url", .text(), standard: "https://www.wwoz.org", "The site; BASE_URL wins."),
      KeyForm("user_agent", .text(), standard: "this project's name", "The User-Agent header; USER_AGENT wins."),
      KeyForm(
        "requests_per_second", .number(0.01...100_000), standard: "10",
        "The rate for all scrapers of a run together; SOURCE_REQUESTS_PER_SECOND wins."),
    ]))
}
