import cql from 'cql-execution';
import { Uncertainty } from 'cql-execution/lib/datatypes/uncertainty.js';

const { Code, Concept, Date: Day, DateTime: Moment, Interval, Quantity } = cql;

/** Half past nine in London, ten in Zurich. */
const MOMENT = new Moment(2026, 3, 10, 10, 30, 0, 0, 1);
const SAME_MOMENT = new Moment(2026, 3, 10, 9, 30, 0, 0, 0);
const DAY = new Day(2026, 3, 10);
const MONTH = new Day(2026, 3);
const CODE = new Code('dry', 'urn:s');

/** Dates and times of every precision, with and without an offset. */
export const TIMES: Readonly<Record<string, unknown>> = {
  day: DAY,
  'the day after': new Day(2026, 3, 11),
  month: MONTH,
  year: new Day(2026),
  'a day of antiquity': new Day(50, 1, 1),
  moment: MOMENT,
  'the same moment elsewhere': SAME_MOMENT,
  hour: new Moment(2026, 3, 10, 10, null, null, null, 1),
  'a day as a moment': new Moment(2026, 3, 10, null, null, null, null, 1),
  'a moment without an offset': new Moment(2026, 3, 10, 10, 30, 0, 0),
  time: new Moment(0, 1, 1, 10, 30, 0, 0).getTime(),
  'an uncertain day': new Uncertainty(new Day(2026, 1, 1), new Day(2026, 12, 31)),
  'an interval of days': new Interval(new Day(2026, 1, 1), DAY),
  'an interval of months': new Interval(new Day(2026, 1), new Day(2026, 4)),
  'an interval without an end': new Interval(new Moment(2026, 1, 1, 0, 0, 0, 0, 1), null),
};

/** Values of every type, null ones, empty ones and wrong ones among them. */
export const POOL: Readonly<Record<string, unknown>> = {
  undefined,
  null: null,
  true: true,
  false: false,
  0: 0,
  1: 1,
  'minus 3': -3,
  2.5: 2.5,
  'the greatest integer': 2_147_483_647,
  'minus 0': -0,
  'an empty text': '',
  a: 'a',
  A: 'A',
  'a digit': '1',
  ...TIMES,
  '5 mg': new Quantity(5, 'mg'),
  '0.005 g': new Quantity(0.005, 'g'),
  '5 mL': new Quantity(5, 'mL'),
  'five of 1': new Quantity(5, '1'),
  'a quantity without a unit': new Quantity(5),
  'a quantity of an empty unit': new Quantity(5, ''),
  '2 years': new Quantity(2, 'years'),
  'an uncertain number': new Uncertainty(1, 3),
  'a closed interval': new Interval(1, 3),
  'an open interval': new Interval(1, 3, false, false),
  'an interval up to null': new Interval(1, null),
  'an interval from an open null': new Interval(null, 3, false, true),
  'an interval of nulls': new Interval(null, null),
  'an interval of quantities': new Interval(new Quantity(1, 'mg'), new Quantity(1, 'g')),
  'an empty list': [],
  'a list of null': [null],
  'a list': [1, 1, null],
  'a list of numbers': [1, 2.5],
  'a list of lists': [[1], [2, null]],
  'a list of a list and null': [[1], null],
  'a list of days': [DAY, MONTH],
  'a list of moments': [MOMENT, SAME_MOMENT],
  'a list of quantities': [new Quantity(5, 'mg'), new Quantity(0.005, 'g'), null],
  'a list of units that do not go together': [new Quantity(5, 'mg'), new Quantity(5, 'mL')],
  'a list of truths': [true, null],
  'a list of texts': ['a', 'A', null],
  'a list of undefined': [undefined, 1, undefined],
  'a list of tuples': [{ a: 1, b: null }, { a: 1 }, { a: 1, b: undefined }],
  'a list of codes': [CODE, new Code('dry', 'urn:s', '1')],
  'a list of intervals': [new Interval(1, 3), new Interval(1, 4, true, false)],
  'a list of what is uncertain': [new Uncertainty(1, 3), new Uncertainty(2, 2), 2],
  'a tuple': { a: 1, b: 'x' },
  'a tuple of null': { a: null },
  'a tuple of undefined': { a: undefined },
  'a code': CODE,
  'a code with a version': new Code('dry', 'urn:s', '1', 'Dry cough'),
  'a concept': new Concept([CODE], 'x'),
  'a value set': new cql.CQLValueSet('urn:coughs'),
  'a resource': {
    resourceType: 'Condition',
    id: 'c1',
    code: { coding: [{ system: 'urn:s', code: 'dry' }] },
  },
};
