/// The bytes of an answer. Lambda takes 6 MB, and a page of large records has more.
public enum AnswerSize {
  /// A page ends at the record that goes beyond this. JSON that is no UTF-8 text, because it is compressed, grows by a third.
  public static let most = 4 << 20
}
