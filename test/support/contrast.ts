/** Words whose colour is too near to what lies behind them (WCAG 2.2, 1.4.3: 4.5 to 1). */
export const FAINT = `(() => {
  const light = (colour) => colour.match(/[\\d.]+/g).slice(0, 3)
    .map((part) => part / 255)
    .map((part) => (part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4))
    .reduce((sum, part, i) => sum + part * [0.2126, 0.7152, 0.0722][i], 0);
  const behind = (at) => {
    const { backgroundColor } = getComputedStyle(at);
    return /, 0\\)$/.test(backgroundColor) && at.parentElement ? behind(at.parentElement) : backgroundColor;
  };
  return [...document.body.querySelectorAll('*')]
    .filter((at) => at.checkVisibility() && [...at.childNodes].some(({ nodeType, data }) => nodeType === 3 && data.trim() !== ''))
    .filter((at) => {
      const [one, other] = [light(getComputedStyle(at).color), light(behind(at))].toSorted((a, b) => a - b);
      return (other + 0.05) / (one + 0.05) < 4.5;
    })
    .map((at) => at.textContent);
})()`;
