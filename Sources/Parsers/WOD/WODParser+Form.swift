import Definitions

extension WODParser {
  /// The keys of `parse` with `plugin: wod`.
  public static let form = PluginForm(
    "wod", "Posts of WordPress that have a week of workouts: a record for each session.",
    SectionForm([
      KeyForm(
        "posts", .flag, standard: "false",
        "True if each post is a record, too, as it was received: records then have a kind, session or post.")
    ]))
}
