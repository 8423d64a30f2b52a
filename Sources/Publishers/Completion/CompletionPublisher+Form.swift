import Definitions

extension CompletionPublisher {
  /// The section's keys. The phone's number is no key: it is a setting of the deployment, and stands in no definition.
  public static let form = PluginForm(
    "completion", "A message about each run that is complete, to a topic of SNS or a phone.",
    SectionForm([
      KeyForm(
        "subject", .text(subject), isRequired: true, "The message's subject: up to 99 printable ASCII characters.")
    ]))

  /// https://docs.aws.amazon.com/sns/latest/api/API_Publish.html
  private static let subject = Form.Rule(
    "1 to 99 printable ASCII characters, which do not begin with a space", pattern: "^[!-~][ -~]{0,98}$"
  ) { text in
    (1...99).contains(text.utf8.count) && text.utf8.allSatisfy { (0x20..<0x7F).contains($0) } && !text.hasPrefix(" ")
  }
}
