/** What has to be known of the site that a request comes from. */
export interface Site {
  /** IANA zone in which days are counted. */
  readonly timeZone: string;
  /** Path of the file with the site's own codes. */
  readonly codes: string | undefined;
  /** Resource types that the site does not keep: nothing is missed when they do not come. */
  readonly without: readonly string[];
  /** It takes changes to the order in hand that nobody confirms. */
  readonly systemActions: boolean;
}
