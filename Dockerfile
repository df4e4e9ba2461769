# nerveroot as compiled JavaScript: no compiler, no test and no package of development in the image.
# Built and checked without a container engine: test/docker.test.ts takes the same steps.

FROM node:26.10.0-bookworm-slim AS build
WORKDIR /app
COPY package.json package-lock.json ./
RUN npm ci
COPY tsconfig.json tsconfig.build.json ./
COPY src ./src
RUN npm run build
RUN npm ci --omit=dev --omit=optional

FROM node:26.10.0-bookworm-slim
ENV NODE_ENV=production NERVEROOT_HOST=0.0.0.0 NERVEROOT_CACHE=/app/cache
# What threads free goes back to the system sooner (docs/performance.md).
ENV MALLOC_ARENA_MAX=2
WORKDIR /app
COPY package.json LICENSE NOTICE ./
COPY bin ./bin
COPY cql ./cql
COPY hooks ./hooks
COPY web ./web
COPY --from=build /app/node_modules ./node_modules
COPY --from=build /app/dist ./dist
# Checks the content and keeps the compiled CQL, so that nothing is left to be written later.
RUN node bin/nerveroot.js check
USER node
EXPOSE 3000
HEALTHCHECK --interval=10s --timeout=5s --start-period=30s --retries=3 \
  CMD ["node", "-e", "fetch(`http://127.0.0.1:${process.env.PORT || 3000}/cds-services`).then(({ ok }) => process.exit(ok ? 0 : 1), () => process.exit(1))"]
ENTRYPOINT ["node", "bin/nerveroot.js"]
CMD ["serve"]
